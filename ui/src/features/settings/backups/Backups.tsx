import { type FormEvent, useState } from "react";
import { FolderField } from "@/app/FolderField";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Skeleton } from "@/components/States";
import { isAtWork } from "@/features/jobs/atWork";
import { JobCard } from "@/features/jobs/JobCard";
import type { BackupState } from "@/generated/types";
import { SettingsSection } from "../SettingsSection";
import { LastBackup } from "./LastBackup";
import { Schedule } from "./Schedule";

/** Where the vault is backed up, when it last was, and whether it could be brought back. */
export function Backups() {
  const { data: state, error, refetch } = engine.useBackup_stateQuery({});
  return (
    <SettingsSection
      part="backups"
      note="An encrypted copy of the vault in a folder on another drive. The passphrase alone brings it back, on any machine. Each backup writes only what is new."
    >
      {error && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {!state && !error && <Skeleton lines={3} label="Loading the backups" />}
      {state && <Making key={state.folder} state={state} />}
      {state?.last && <LastBackup last={state.last} />}
    </SettingsSection>
  );
}

function Making({ state }: { state: BackupState }) {
  const [folder, setFolder] = useState(state.folder || (state.last?.folder ?? ""));
  const [start, { isLoading, error }] = engine.useStart_backupMutation();
  const { data } = engine.useJobsQuery({});
  const latest = data?.jobs.find(({ kind }) => kind === "backup");
  const running = latest !== undefined && isAtWork(latest);
  const named = folder.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    void start({ folder: named });
  }

  return (
    <>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <FolderField
          className="min-w-60 flex-1"
          label="Folder of the backups"
          placeholder="/media/anna/drive/datapunk"
          value={folder}
          onChoose={setFolder}
        />
        <Button look="solid" type="submit" className="h-9" disabled={named === "" || isLoading || running}>
          Back up now
        </Button>
      </form>
      {error && <Failed failure={asFailure(error)} />}
      {latest && (running || latest.state === "failed") && <JobCard job={latest} />}
      <Schedule state={state} named={named} />
    </>
  );
}
