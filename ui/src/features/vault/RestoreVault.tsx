import { type FormEvent, useState } from "react";
import { useStream } from "@/app/useStream";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { ProgressLine } from "@/components/ProgressLine";
import { Failed, Note } from "@/components/States";
import { DoorCard } from "./DoorCard";

type Props = { path: string; onBack: () => void };

/** Brings a vault back from the folder of its backups, with its passphrase alone. */
export function RestoreVault({ path, onBack }: Props) {
  const [folder, setFolder] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const { now, start } = useStream("restore");
  const busy = now.state === "running";

  function submit(event: FormEvent) {
    event.preventDefault();
    void start({ folder: folder.trim(), key: { passphrase } });
  }

  return (
    <DoorCard title="Restore from a backup" footer={`It will stand in ${path}`}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <Field
          label="Folder of the backups"
          placeholder="/media/anna/drive/datapunk"
          autoFocus
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
        />
        <Field
          label="Passphrase"
          type="password"
          autoComplete="current-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
          note="The vault's, as it was when the backup was made."
        />
        {now.state === "failed" && <Failed failure={now.failure} />}
        {busy && <ProgressLine label="Restoring" done={now.part?.done ?? 0} total={now.part?.total ?? 0} />}
        {now.state === "done" && now.answer.findings.length > 0 && (
          <Note tone="warn">{now.answer.findings.map(({ message }) => message).join(" ")}</Note>
        )}
        <Button look="solid" type="submit" disabled={busy || folder.trim() === "" || passphrase === ""}>
          {busy ? "Restoring…" : "Restore"}
        </Button>
        <Button look="plain" disabled={busy} onClick={onBack}>
          Make a new vault instead
        </Button>
      </form>
    </DoorCard>
  );
}
