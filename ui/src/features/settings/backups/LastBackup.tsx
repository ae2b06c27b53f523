import { machineMoment, plural } from "@/app/format";
import { ProgressView } from "@/app/ProgressView";
import { useStream } from "@/app/useStream";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Note } from "@/components/States";
import type { LastBackup as Last } from "@/generated/types";
import { BackupFindings } from "./BackupFindings";

/** The latest backup, what stands beside it in its folder, and the ways to try whether it brings the vault back. */
export function LastBackup({ last }: { last: Last }) {
  const { data, error } = engine.useBackupsQuery({ folder: last.folder });
  const latest = data?.snapshots.find(({ id }) => id === last.snapshot);
  const oldest = data?.snapshots[0];
  const said = [
    latest && plural(latest.items, "item"),
    last.verified ? "everything in it was read back" : "not all of it was read back yet",
    data &&
      data.snapshots.length > 1 &&
      oldest &&
      `${plural(data.snapshots.length, "snapshot")} are kept, since ${machineMoment(oldest.made_ms)}`,
  ];
  return (
    <div className="flex flex-col gap-2">
      <p>
        Last backup <span className="font-medium">{machineMoment(last.made_ms)}</span>
        <span className="text-soft">, {said.filter(Boolean).join("; ")}</span>
        <span className="block text-faint wrap-anywhere">{last.folder}</span>
      </p>
      {/* A drive that lies in a drawer is nothing to be alarmed about. */}
      {error && <Note>It cannot be looked into now; is its drive connected? {asFailure(error).message}</Note>}
      {latest !== undefined && latest.left_in_place > 0 && (
        <Note tone="warn">
          {plural(latest.left_in_place, "photo or film", "photos and films")} stayed where they were when they were imported, and are not in
          it. Copy those yourself.
        </Note>
      )}
      {data && <BackupFindings findings={data.findings} />}
      <Trial folder={last.folder} />
    </div>
  );
}

/** Reads a folder of backups back, or restores the latest snapshot into a folder that is removed again. */
function Trial({ folder }: { folder: string }) {
  const check = useStream("check_backup");
  const rehearsal = useStream("rehearse_backup");
  const [checked, rehearsed] = [check.now, rehearsal.now];
  const running = checked.state === "running" ? check : rehearsed.state === "running" ? rehearsal : null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button disabled={running !== null} onClick={() => void check.start({ folder })}>
          Read all of it back
        </Button>
        <Button disabled={running !== null} onClick={() => void rehearsal.start({ folder })}>
          Rehearse a restore
        </Button>
        {running && (
          <Button look="plain" onClick={running.stop}>
            Stop
          </Button>
        )}
      </div>
      {running?.now.state === "running" && (
        <>
          <ProgressView label={running === check ? "Reading back" : "Restoring on trial"} progress={running.now.part} />
          <p className="text-faint">It ends when you leave this page, and has changed nothing then.</p>
        </>
      )}
      {checked.state === "failed" && <Failed failure={checked.failure} />}
      {checked.state === "done" && (
        <div role="status" className="flex flex-col gap-2">
          <Note tone={checked.answer.ok ? "good" : "warn"}>
            {checked.answer.ok
              ? `Everything was read back: ${plural(checked.answer.snapshots, "snapshot")} can be restored.`
              : "Not everything in the backups can be restored."}
          </Note>
          <BackupFindings findings={checked.answer.findings} />
        </div>
      )}
      {rehearsed.state === "failed" && <Failed failure={rehearsed.failure} />}
      {rehearsed.state === "done" && (
        <div role="status" className="flex flex-col gap-2">
          <Note tone={rehearsed.answer.same ? "good" : "warn"}>
            {rehearsed.answer.same
              ? "The latest backup was restored on trial, and says the same as the vault did when it was made."
              : "The latest backup cannot be restored as it was made."}
          </Note>
          <BackupFindings findings={rehearsed.answer.findings} />
        </div>
      )}
    </div>
  );
}
