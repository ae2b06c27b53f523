import { duration, plural } from "@/app/format";
import { ProgressView } from "@/app/ProgressView";
import { useStream } from "@/app/useStream";
import { Button } from "@/components/Button";
import { Failed, Note } from "@/components/States";
import type { Verified } from "@/generated/types";
import { SettingsSection } from "./SettingsSection";

/** Checks every page, index, blob and ledger of the vault. */
export function VerifyVault() {
  const { now, start, stop } = useStream("verify");
  const running = now.state === "running";
  return (
    <SettingsSection
      part="check"
      note="Reads every page, index, attachment and ledger of the vault, and the log's seals. It changes nothing."
      action={<Button onClick={running ? stop : () => void start({})}>{running ? "Stop" : "Check the vault"}</Button>}
    >
      {running && <ProgressView label="Checking the vault" progress={now.part} />}
      {now.state === "failed" && <Failed failure={now.failure} onRetry={() => void start({})} />}
      {now.state === "done" && <Found verified={now.answer} />}
    </SettingsSection>
  );
}

function Found({ verified: { ok, findings, logical_hash, took_ms } }: { verified: Verified }) {
  return (
    <div role="status" className="flex flex-col gap-2">
      <Note tone={ok ? "good" : "warn"}>
        {ok ? `Everything verifies. It took ${duration(took_ms / 1000)}.` : `Something is wrong, in ${plural(findings.length, "place")}.`}
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
