import { useState } from "react";
import { ProgressView } from "@/app/ProgressView";
import { useAppDispatch } from "@/app/store";
import { recoveryCodeShown } from "@/app/surface";
import { useStream } from "@/app/useStream";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Note } from "@/components/States";
import type { RootKeyReplaced } from "@/generated/types";
import { KeyForm } from "./KeyForm";
import { keyName } from "./keyWords";
import { useProof } from "./proof";

/** Encrypts the vault under a new root key. */
export function ReplaceRootKey({ onClose }: { onClose: () => void }) {
  const proof = useProof();
  const { now, start } = useStream("replace_root_key");
  const [begun, setBegun] = useState(false);

  if (now.state === "done") return <Replaced answer={now.answer} onClose={onClose} />;
  const submit = () => {
    setBegun(true);
    void start({ proof: proof.proof ?? {}, also: [] });
  };
  return (
    <KeyForm
      title="Replace the root key"
      action={now.state === "running" ? "Replacing…" : "Replace the root key"}
      danger
      ready
      busy={now.state === "running"}
      failure={begun && now.state === "failed" ? now.failure : null}
      proof={proof}
      passphraseOnly
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="flex flex-col gap-2 text-soft">
        <p>For when someone may have known a passphrase and copied the vault.</p>
        <ul className="flex list-outside list-disc flex-col gap-1 pl-4">
          <li>The database is encrypted anew. That takes as long as copying it, and the vault answers nothing meanwhile.</li>
          <li>The passphrase given here, and this machine's keychain, go on opening it. Every other key does not.</li>
          <li>A new recovery code is made, and shown once.</li>
          <li>Copies and backups that were made before stay as they are.</li>
        </ul>
      </div>
      {now.state === "running" && (
        <>
          <ProgressView label="Replacing the root key" progress={now.part} />
          <p className="text-soft">Leave this open until the new recovery code is shown.</p>
        </>
      )}
    </KeyForm>
  );
}

function Replaced({ answer: { dropped, recovery_code }, onClose }: { answer: RootKeyReplaced; onClose: () => void }) {
  const dispatch = useAppDispatch();
  const goOn = () => {
    dispatch(recoveryCodeShown(recovery_code));
    onClose();
  };
  return (
    <Dialog title="The root key was replaced" open onClose={goOn}>
      <div className="flex flex-col gap-4 p-4">
        <Note tone="good">The vault is encrypted under a new root key.</Note>
        {dropped.length > 0 && (
          <div>
            <p className="text-soft">These open it no more:</p>
            <ul className="list-inside list-disc">
              {dropped.map((key) => (
                <li key={key.id}>
                  {keyName(key)} {key.label}
                </li>
              ))}
            </ul>
          </div>
        )}
        <Button look="solid" onClick={goOn}>
          Show the new recovery code
        </Button>
      </div>
    </Dialog>
  );
}
