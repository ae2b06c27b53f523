import { useState } from "react";
import { useAppDispatch } from "@/app/store";
import { noticed, recoveryCodeShown } from "@/app/surface";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Field, SelectField } from "@/components/Field";
import { Note } from "@/components/States";
import type { KeyKind } from "@/generated/types";
import { KeyForm } from "./KeyForm";
import { isChosen, NewPassphrase, nothingChosen } from "./NewPassphrase";
import { useProof } from "./proof";

const kinds = [
  ["passphrase", "Another passphrase"],
  ["recovery", "A recovery code"],
  ["keychain", "This machine's keychain"],
] as const;

const about: Record<KeyKind, string> = {
  passphrase: "Opens the vault by itself, beside the one that you have.",
  recovery: "15 words to print, for when the passphrase is forgotten.",
  keychain:
    "A convenience, not a protection: whoever can use your account on this machine can then open the vault. The passphrase is asked for again every 14 days.",
};

type Props = { noKeychain: string | null; onClose: () => void };

/** Lets something else open the vault as well. */
export function AddKey({ noKeychain, onClose }: Props) {
  const dispatch = useAppDispatch();
  const proof = useProof();
  const [kind, setKind] = useState<KeyKind>("passphrase");
  const [label, setLabel] = useState("");
  const [chosen, setChosen] = useState(nothingChosen);
  const [add, { isLoading, error }] = engine.useAdd_keyMutation();
  const isPassphrase = kind === "passphrase";
  const impossible = kind === "keychain" ? noKeychain : null;

  const submit = async () => {
    const passphrase = isPassphrase ? { passphrase: chosen.passphrase, key_file: chosen.keyFile.trim() || null } : {};
    const added = await add({ proof: proof.proof ?? {}, kind, label: label.trim(), ...passphrase });
    if (!added.data) return;
    if (added.data.recovery_code) dispatch(recoveryCodeShown(added.data.recovery_code));
    else if (added.data.key_file_made) dispatch(noticed("The key file was made. Keep a copy of it away from this disk."));
    else dispatch(noticed("The key was added."));
    onClose();
  };

  return (
    <KeyForm
      title="Add a key"
      action={isLoading ? "Adding…" : "Add the key"}
      ready={impossible === null && (!isPassphrase || isChosen(chosen))}
      busy={isLoading}
      failure={error ? asFailure(error) : null}
      proof={proof}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <div className="flex flex-col gap-1">
        <SelectField label="What sort of key" options={kinds} value={kind} onChoose={(value) => setKind(value as KeyKind)} />
        <p className="text-soft">{about[kind]}</p>
      </div>
      {impossible !== null && <Note tone="warn">{impossible}</Note>}
      {isPassphrase && (
        <NewPassphrase
          chosen={chosen}
          onChoose={setChosen}
          keyFileNote="With one, neither opens anything alone, so that who copies the vault cannot guess their way in. Any file that never changes; one of random bytes is made when nothing stands there."
        />
      )}
      <Field
        label="Name, if you like"
        placeholder="in the safe"
        value={label}
        maxLength={60}
        onChange={(event) => setLabel(event.target.value)}
      />
    </KeyForm>
  );
}
