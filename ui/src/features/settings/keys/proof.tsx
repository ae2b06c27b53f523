import { useState } from "react";
import { engine } from "@/backend/engine";
import { Field, Select } from "@/components/Field";
import type { Secret } from "@/generated/types";

type Typed = { by: "passphrase" | "recovery_code"; text: string; keyFile: string };

const ways = [
  ["passphrase", "with a passphrase"],
  ["recovery_code", "with a recovery code"],
] as const;

/** What is typed to show that it is the owner who asks; `proof` is null until there is something. */
export function useProof() {
  const [typed, setTyped] = useState<Typed>({ by: "passphrase", text: "", keyFile: "" });
  const { by, text, keyFile } = typed;
  const secret: Secret = by === "passphrase" ? { passphrase: text, key_file: keyFile.trim() || null } : { recovery_code: text.trim() };
  return { typed, setTyped, proof: text === "" ? null : secret };
}

type Props = { typed: Typed; onType: (typed: Typed) => void; problem: string | undefined; passphraseOnly?: boolean };

export function ProofFields({ typed, onType, problem, passphraseOnly = false }: Props) {
  const { data: status } = engine.useStatusQuery({});
  const byPassphrase = typed.by === "passphrase";
  return (
    <fieldset className="flex flex-col gap-3 border-line border-t pt-3">
      <legend className="sr-only">Confirm that it is you</legend>
      {!passphraseOnly && (
        <div className="flex flex-wrap items-center gap-2">
          <span aria-hidden>Confirm that it is you</span>
          <Select
            label="Confirm that it is you"
            options={ways}
            value={typed.by}
            onChoose={(by) => onType({ ...typed, by: by as Typed["by"], text: "" })}
          />
        </div>
      )}
      <Field
        label={byPassphrase ? "Current passphrase" : "Recovery code"}
        type={byPassphrase ? "password" : "text"}
        autoComplete={byPassphrase ? "current-password" : "off"}
        spellCheck={false}
        value={typed.text}
        onChange={(event) => onType({ ...typed, text: event.target.value })}
        problem={problem}
      />
      {byPassphrase && status?.key_file && (
        <Field
          label="Its key file"
          spellCheck={false}
          value={typed.keyFile}
          onChange={(event) => onType({ ...typed, keyFile: event.target.value })}
          note="The path, when this passphrase goes with one."
        />
      )}
    </fieldset>
  );
}
