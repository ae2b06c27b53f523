import { type FormEvent, useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Failed } from "@/components/States";
import { DoorCard } from "./DoorCard";

/** Opens the vault, by the passphrase or by the recovery code. */
export function Unlock({ path }: { path: string }) {
  const [byCode, setByCode] = useState(false);
  const [secret, setSecret] = useState("");
  const [unlock, { isLoading, error, reset }] = engine.useUnlockMutation();

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const opened = await unlock(byCode ? { recovery_code: secret.trim() } : { passphrase: secret });
    if (opened.data) reset();
  };
  const change = () => {
    setByCode(!byCode);
    setSecret("");
    reset();
  };
  const failure = error ? asFailure(error) : null;
  const wrong = failure?.code === "wrong_passphrase";

  return (
    <DoorCard title="Unlock your vault" footer={path}>
      <form className="flex flex-col gap-4" onSubmit={(event) => void onSubmit(event)}>
        <Field
          key={String(byCode)}
          label={byCode ? "Recovery code" : "Passphrase"}
          type={byCode ? "text" : "password"}
          autoComplete={byCode ? "off" : "current-password"}
          autoFocus
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
          problem={wrong ? `${failure.message} ${failure.hint}`.trim() : undefined}
          note={wrong ? undefined : "The key is worked out on this machine; it takes about a second."}
        />
        {failure && !wrong && <Failed failure={failure} />}
        <Button look="solid" type="submit" disabled={secret === "" || isLoading}>
          {isLoading ? "Unlocking…" : "Unlock"}
        </Button>
        <Button look="plain" onClick={change}>
          {byCode ? "Use the passphrase" : "I forgot it: use the recovery code"}
        </Button>
      </form>
    </DoorCard>
  );
}
