import { Field } from "@/components/Field";
import { StrengthNote } from "@/features/vault/StrengthNote";
import { longEnough } from "@/features/vault/strength";

export type Chosen = { passphrase: string; again: string; keyFile: string };

export const nothingChosen: Chosen = { passphrase: "", again: "", keyFile: "" };

export const isChosen = ({ passphrase, again }: Chosen): boolean => longEnough(passphrase) && passphrase === again;

type Props = { chosen: Chosen; onChoose: (chosen: Chosen) => void; keyFileNote: string };

/** A passphrase that is chosen now, and the key file that it goes with. */
export function NewPassphrase({ chosen, onChoose, keyFileNote }: Props) {
  const { passphrase, again, keyFile } = chosen;
  const differs = again !== "" && !passphrase.startsWith(again) && again !== passphrase;
  return (
    <>
      <Field
        label="New passphrase"
        type="password"
        autoComplete="new-password"
        value={passphrase}
        onChange={(event) => onChoose({ ...chosen, passphrase: event.target.value })}
        note={<StrengthNote passphrase={passphrase} />}
      />
      <Field
        label="New passphrase again"
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={(event) => onChoose({ ...chosen, again: event.target.value })}
        problem={differs ? "This differs from the passphrase above." : undefined}
      />
      <Field
        label="Key file, if it shall go with one"
        placeholder="/media/anna/stick/vault.key"
        spellCheck={false}
        value={keyFile}
        onChange={(event) => onChoose({ ...chosen, keyFile: event.target.value })}
        note={keyFileNote}
      />
    </>
  );
}
