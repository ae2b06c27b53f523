import { type FormEvent, useEffect, useState } from "react";
import { FolderField } from "@/app/FolderField";
import { ProgressView } from "@/app/ProgressView";
import { useAppDispatch } from "@/app/store";
import { restoreMoved } from "@/app/surface";
import { useStream } from "@/app/useStream";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Failed } from "@/components/States";
import { DoorCard } from "./DoorCard";

type Props = { path: string; onBack: () => void };

/** Brings a vault back from the folder of its backups, with what opened it: its passphrase, or its recovery code. */
export function RestoreVault({ path, onBack }: Props) {
  const dispatch = useAppDispatch();
  const [folder, setFolder] = useState("");
  const [byCode, setByCode] = useState(false);
  const [secret, setSecret] = useState("");
  const [keyFile, setKeyFile] = useState("");
  const { now, start, stop } = useStream("restore");
  const busy = now.state === "running";
  const wrong = now.state === "failed" && now.failure.code === "wrong_passphrase" ? now.failure : null;

  // As soon as there is a vault, its door would take this one's place, and nobody would read what came of the restore.
  useEffect(() => {
    if (now.state === "running") dispatch(restoreMoved("running"));
    else dispatch(restoreMoved(now.state === "done" ? now.answer : null));
  }, [now, dispatch]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const key = byCode ? { recovery_code: secret.trim() } : { passphrase: secret, key_file: keyFile.trim() || null };
    void start({ folder: folder.trim(), key });
  }

  return (
    <DoorCard title="Restore from a backup" footer={`It will stand in ${path}`}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <FolderField label="Folder of the backups" placeholder="/media/anna/drive/datapunk" autoFocus value={folder} onChoose={setFolder} />
        <Field
          key={String(byCode)}
          label={byCode ? "Recovery code" : "Passphrase"}
          type={byCode ? "text" : "password"}
          autoComplete={byCode ? "off" : "current-password"}
          spellCheck={false}
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
          problem={wrong ? `${wrong.message} ${wrong.hint}`.trim() : undefined}
          note="The vault's, as it was when the backup was made."
        />
        {!byCode && (
          <Field
            label="Key file, if the passphrase goes with one"
            placeholder="/media/anna/stick/vault.key"
            spellCheck={false}
            value={keyFile}
            onChange={(event) => setKeyFile(event.target.value)}
          />
        )}
        {now.state === "failed" && !wrong && <Failed failure={now.failure} />}
        {busy && <ProgressView label="Restoring" progress={now.part} />}
        <Button look="solid" type="submit" disabled={busy || folder.trim() === "" || secret === ""}>
          {busy ? "Restoring…" : "Restore"}
        </Button>
        {busy ? (
          <Button look="plain" onClick={stop}>
            Stop
          </Button>
        ) : (
          <div className="flex flex-col">
            <Button
              look="plain"
              onClick={() => {
                setByCode(!byCode);
                setSecret("");
              }}
            >
              {byCode ? "Use the passphrase" : "I forgot it: use the recovery code"}
            </Button>
            <Button look="plain" onClick={onBack}>
              Make a new vault instead
            </Button>
          </div>
        )}
      </form>
    </DoorCard>
  );
}
