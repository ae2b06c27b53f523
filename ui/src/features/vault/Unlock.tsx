import { type FormEvent, useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Failed } from "@/components/States";
import type { Status } from "@/generated/types";
import { DoorCard } from "./DoorCard";

type Props = { status: Pick<Status, "path" | "key_file" | "keychain"> };

/** Opens the vault: by the passphrase, with its key file where one goes with it; by the recovery code; or by the keychain. */
export function Unlock({ status: { path, key_file, keychain } }: Props) {
  const [byCode, setByCode] = useState(false);
  const [secret, setSecret] = useState("");
  const [keyFile, setKeyFile] = useState("");
  const [unlock, { isLoading, error, reset }] = engine.useUnlockMutation();

  const open = async (body: Parameters<typeof unlock>[0]) => {
    const opened = await unlock(body);
    if (opened.data) reset();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void open(byCode ? { recovery_code: secret.trim() } : { passphrase: secret, key_file: keyFile.trim() || null });
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
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        <Field
          key={String(byCode)}
          label={byCode ? "Recovery code" : "Passphrase"}
          type={byCode ? "text" : "password"}
          autoComplete={byCode ? "off" : "current-password"}
          spellCheck={false}
          autoFocus
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
          problem={wrong ? `${failure.message} ${failure.hint}`.trim() : undefined}
          note={wrong ? undefined : "The key is worked out on this machine; it takes about a second."}
        />
        {key_file && !byCode && (
          <Field
            label="Key file"
            placeholder="/media/anna/stick/vault.key"
            spellCheck={false}
            value={keyFile}
            onChange={(event) => setKeyFile(event.target.value)}
            note="Where it is now, when the passphrase goes with one."
          />
        )}
        {failure && !wrong && <Failed failure={failure} />}
        <Button look="solid" type="submit" disabled={secret === "" || isLoading}>
          {isLoading ? "Unlocking…" : "Unlock"}
        </Button>
        {keychain && !byCode && (
          <Button disabled={isLoading} onClick={() => void open({ keychain: true })}>
            Use this machine's keychain
          </Button>
        )}
        <Button look="plain" onClick={change}>
          {byCode ? "Use the passphrase" : "I forgot it: use the recovery code"}
        </Button>
      </form>
    </DoorCard>
  );
}
