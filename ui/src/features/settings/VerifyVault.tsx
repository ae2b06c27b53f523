import { duration } from "@/app/format";
import { useStream } from "@/app/useStream";
import { Button } from "@/components/Button";
import { ProgressLine } from "@/components/ProgressLine";
import { Failed, Note } from "@/components/States";
import type { Verified } from "@/generated/types";

/** Checks every page, index, blob and ledger of the vault. */
export function VerifyVault() {
  const { now, start } = useStream("verify");
  return (
    <section aria-label="Check" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <div className="flex-1">
          <h2 className="font-semibold text-[14px]">Check the vault</h2>
          <p className="text-soft">Reads every page, index, blob and ledger, and changes nothing.</p>
        </div>
        <Button disabled={now.state === "running"} onClick={() => void start({})}>
          {now.state === "running" ? "Checking…" : "Check now"}
        </Button>
      </div>
      {now.state === "running" && (
        <>
          <ProgressLine label="Checking the vault" done={now.part?.done ?? 0} total={now.part?.total ?? 0} />
          <p className="text-faint">
            {now.part?.stage} {now.part?.detail}
          </p>
        </>
      )}
      {now.state === "failed" && <Failed failure={now.failure} onRetry={() => void start({})} />}
      {now.state === "done" && <Found verified={now.answer} />}
    </section>
  );
}

function Found({ verified: { ok, findings, logical_hash, took_ms } }: { verified: Verified }) {
  return (
    <div role="status" className="flex flex-col gap-2">
      <Note tone={ok ? "good" : "warn"}>
        {ok
          ? `Everything verifies. It took ${duration(took_ms / 1000)}.`
          : `Something is wrong, in ${findings.length} ${findings.length === 1 ? "place" : "places"}.`}
      </Note>
      <ul className="flex flex-col gap-1">
        {findings.map(({ code, message, what_to_do }) => (
          <li key={`${code}:${message}`}>
            <span className="font-medium wrap-anywhere">{message}</span> <span className="text-soft">{what_to_do}</span>
          </li>
        ))}
      </ul>
      <p className="text-faint wrap-anywhere">
        Content hash <code className="font-mono">{logical_hash}</code>
      </p>
    </div>
  );
}
