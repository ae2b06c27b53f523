import { useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Skeleton } from "@/components/States";
import type { KeyView } from "@/generated/types";
import { SettingsSection } from "../SettingsSection";
import { AddKey } from "./AddKey";
import { ChangePassphrase } from "./ChangePassphrase";
import { keyDate, keyName } from "./keyWords";
import { ReplaceRootKey } from "./ReplaceRootKey";
import { RevokeKey } from "./RevokeKey";

type Open = { what: "add" } | { what: "change"; key: KeyView } | { what: "revoke"; key: KeyView } | { what: "replace" } | null;

/** What opens the vault, and what can be done about it. */
export function KeysSection() {
  const { data, error, refetch } = engine.useKeysQuery({});
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);

  return (
    <SettingsSection
      part="keys"
      note="Each of these opens the vault by itself. A change takes a moment, however large the vault is, and asks for a passphrase or recovery code although the vault is open."
    >
      {error && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={2} label="Loading the keys" />}
      {data && (
        <ul aria-label="Keys" className="flex flex-col">
          {data.keys.map((key) => (
            <KeyLine
              key={key.id}
              of={key}
              onChange={() => setOpen({ what: "change", key })}
              onRevoke={() => setOpen({ what: "revoke", key })}
            />
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen({ what: "add" })}>Add a key</Button>
        <Button onClick={() => setOpen({ what: "replace" })}>Replace the root key</Button>
      </div>
      {open?.what === "add" && <AddKey noKeychain={data?.no_keychain ?? null} onClose={close} />}
      {open?.what === "change" && <ChangePassphrase of={open.key} onClose={close} />}
      {open?.what === "revoke" && <RevokeKey of={open.key} onClose={close} />}
      {open?.what === "replace" && <ReplaceRootKey onClose={close} />}
    </SettingsSection>
  );
}

type LineProps = { of: KeyView; onChange: () => void; onRevoke: () => void };

function KeyLine({ of, onChange, onRevoke }: LineProps) {
  const { kind, label } = of;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-line border-b py-1.5">
      <span className="min-w-40 flex-1">
        <span className="font-medium">{keyName(of)}</span>
        {label && <span className="pl-2 text-soft wrap-anywhere">{label}</span>}
        <span className="block text-faint">{keyDate(of)}</span>
      </span>
      <span className="flex gap-1">
        {kind === "passphrase" && (
          <Button look="plain" onClick={onChange}>
            Change
          </Button>
        )}
        <Button look="plain" onClick={onRevoke}>
          Revoke
        </Button>
      </span>
    </li>
  );
}
