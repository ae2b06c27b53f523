import { type FormEvent, useState } from "react";
import { bytes, count, machineMoment, plural } from "@/app/format";
import { useStream } from "@/app/useStream";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Field, Select } from "@/components/Field";
import { ProgressLine } from "@/components/ProgressLine";
import { Failed, Note } from "@/components/States";
import type { BackupFinding, BackupState, Progress } from "@/generated/types";
import { SettingLine } from "./SettingLine";

const rhythms = [
  ["0", "Only when asked"],
  ["6", "Every 6 hours"],
  ["24", "Every day"],
  ["168", "Every week"],
] as const;

/** Where the vault is backed up, when it last was, and whether it could be brought back. */
export function Backups() {
  const { data: state, error } = engine.useBackup_stateQuery({});
  return (
    <section aria-label="Backups" className="flex flex-col gap-2">
      <h2 className="font-semibold text-[14px]">Backups</h2>
      <p className="text-soft">
        An encrypted copy in a folder on another drive, which your passphrase alone brings back. Each one writes only what is new.
      </p>
      {error && <Failed failure={asFailure(error)} />}
      {state && <Made key={state.folder} state={state} />}
    </section>
  );
}

function Made({ state }: { state: BackupState }) {
  const [folder, setFolder] = useState(state.folder || (state.last?.folder ?? ""));
  const [set, { error: refusal }] = engine.useSet_settingMutation();
  const run = useStream("back_up");
  const rhythm = String(state.every_hours);
  const offered = rhythms.some(([hours]) => hours === rhythm) ? rhythms : [...rhythms, [rhythm, `Every ${rhythm} hours`] as const];
  const named = folder.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    void run.start({ folder: named });
  }

  async function repeat(hours: string) {
    await set({ key: "backup_folder", value: named });
    await set({ key: "backup_every_hours", value: Number(hours) });
  }

  return (
    <>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <Field
          className="min-w-60 flex-1"
          label="Folder of the backups"
          placeholder="/media/anna/drive/datapunk"
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
        />
        <Button type="submit" disabled={named === "" || run.now.state === "running"}>
          Back up now
        </Button>
      </form>
      {refusal && <Failed failure={asFailure(refusal)} />}
      {run.now.state === "running" && <Running part={run.now.part} label="Backing up" />}
      {run.now.state === "failed" && <Failed failure={run.now.failure} />}
      {run.now.state === "done" && (
        <>
          <Note tone={run.now.answer.findings.length === 0 ? "good" : "warn"}>
            {count(run.now.answer.snapshot.items)} items are backed up; {bytes(run.now.answer.bytes_written)} were new. Everything was read
            back.
          </Note>
          <Findings findings={run.now.answer.findings} />
        </>
      )}
      <SettingLine name="By itself" note={named === "" ? "Name a folder first." : "While the app is open."}>
        <Select
          label="Back up by itself"
          options={offered}
          value={rhythm}
          disabled={named === ""}
          onChoose={(hours) => void repeat(hours)}
        />
      </SettingLine>
      <SettingLine name="Last backup">{state.last ? machineMoment(state.last.made_ms) : "None yet"}</SettingLine>
      {state.last && <Trial folder={state.last.folder} />}
    </>
  );
}

/** Reads a folder of backups back, or restores the latest snapshot into a folder that is removed again. */
function Trial({ folder }: { folder: string }) {
  const check = useStream("check_backup");
  const rehearsal = useStream("rehearse_backup");
  const busy = check.now.state === "running" || rehearsal.now.state === "running";
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button disabled={busy} onClick={() => void check.start({ folder })}>
          Read all backups back
        </Button>
        <Button disabled={busy} onClick={() => void rehearsal.start({ folder })}>
          Rehearse a restore
        </Button>
      </div>
      {check.now.state === "running" && <Running part={check.now.part} label="Reading back" />}
      {check.now.state === "failed" && <Failed failure={check.now.failure} />}
      {check.now.state === "done" && (
        <>
          <Note tone={check.now.answer.ok ? "good" : "warn"}>
            {check.now.answer.ok
              ? `${plural(check.now.answer.snapshots, "snapshot")} can be restored.`
              : "Not everything in the backups can be restored."}
          </Note>
          <Findings findings={check.now.answer.findings} />
        </>
      )}
      {rehearsal.now.state === "running" && <Running part={rehearsal.now.part} label="Restoring on trial" />}
      {rehearsal.now.state === "failed" && <Failed failure={rehearsal.now.failure} />}
      {rehearsal.now.state === "done" && (
        <>
          <Note tone={rehearsal.now.answer.same ? "good" : "warn"}>
            {rehearsal.now.answer.same
              ? "The latest backup was restored on trial, and says the same as the vault did when it was made."
              : "The latest backup cannot be restored as it was made."}
          </Note>
          <Findings findings={rehearsal.now.answer.findings} />
        </>
      )}
    </>
  );
}

function Running({ part, label }: { part: Progress | null; label: string }) {
  return (
    <>
      <ProgressLine label={label} done={part?.done ?? 0} total={part?.total ?? 0} />
      <p className="text-faint">{part?.stage}</p>
    </>
  );
}

function Findings({ findings }: { findings: BackupFinding[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {findings.map(({ message, what_to_do }) => (
        <li key={message}>
          <span className="font-medium wrap-anywhere">{message}</span> <span className="text-soft">{what_to_do}</span>
        </li>
      ))}
    </ul>
  );
}
