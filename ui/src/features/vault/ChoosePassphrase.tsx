import { type FormEvent, useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Failed } from "@/components/States";
import { DoorCard } from "./DoorCard";
import { StrengthNote } from "./StrengthNote";
import { longEnough } from "./strength";

type Props = { path: string; onCreated: (recoveryCode: string) => void; onRestore: () => void };

export function ChoosePassphrase({ path, onCreated, onRestore }: Props) {
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [create, { isLoading, error, reset }] = engine.useCreate_vaultMutation();
  const differs = again !== "" && !passphrase.startsWith(again) && again !== passphrase;

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await create({ passphrase });
    if (made.data) {
      reset();
      onCreated(made.data.recovery_code);
    }
  };

  return (
    <DoorCard title="Make your vault" footer={`It will stand in ${path}`}>
      <p className="text-soft">
        Everything that you import is kept on this machine, encrypted under a passphrase that only you know. Nobody can reset it.
      </p>
      <form className="flex flex-col gap-4" onSubmit={(event) => void onSubmit(event)}>
        <Field
          label="Passphrase"
          type="password"
          autoComplete="new-password"
          autoFocus
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
          note={<StrengthNote passphrase={passphrase} />}
        />
        <Field
          label="Passphrase again"
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={(event) => setAgain(event.target.value)}
          problem={differs ? "This differs from the passphrase above." : undefined}
        />
        {error && <Failed failure={asFailure(error)} />}
        <Button look="solid" type="submit" disabled={!longEnough(passphrase) || again !== passphrase || isLoading}>
          {isLoading ? "Making the vault…" : "Make the vault"}
        </Button>
        <Button look="plain" onClick={onRestore}>
          Restore from a backup
        </Button>
      </form>
    </DoorCard>
  );
}
