import { type FormEvent, useEffect, useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Failed } from "@/components/States";
import { DoorCard } from "./DoorCard";
import { LEAST_CHARACTERS, LEAST_WORDS, longEnough, type Strength, strengthOf, strengthWords } from "./strength";

type Props = { path: string; onCreated: (recoveryCode: string) => void; onRestore: () => void };

export function ChoosePassphrase({ path, onCreated, onRestore }: Props) {
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [create, { isLoading, error, reset }] = engine.useCreate_vaultMutation();
  const strength = useStrength(passphrase);
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
          note={<StrengthNote passphrase={passphrase} strength={strength} />}
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
          I have a backup: restore it
        </Button>
      </form>
    </DoorCard>
  );
}

function useStrength(passphrase: string): Strength | null {
  const [strength, setStrength] = useState<Strength | null>(null);
  useEffect(() => {
    let current = true;
    if (passphrase === "") setStrength(null);
    else void strengthOf(passphrase).then((found) => current && setStrength(found));
    return () => {
      current = false;
    };
  }, [passphrase]);
  return strength;
}

const colours = ["bg-danger", "bg-danger", "bg-warn", "bg-good", "bg-good"];

function StrengthNote({ passphrase, strength }: { passphrase: string; strength: Strength | null }) {
  const least = `At least ${LEAST_CHARACTERS} characters, or ${LEAST_WORDS} words. Words that do not belong together are best.`;
  if (strength === null) return <span>{least}</span>;
  return (
    <span className="flex flex-col gap-1">
      <span className="flex gap-1 pt-1" aria-hidden>
        {colours.map((_, step) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: five steps that never move
            key={step}
            className={`h-1 flex-1 rounded-full ${step <= strength.score ? colours[strength.score] : "bg-sunken"}`}
          />
        ))}
      </span>
      <span>{longEnough(passphrase) ? strengthWords(strength) : least}</span>
    </span>
  );
}
