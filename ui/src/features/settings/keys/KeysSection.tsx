import { useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed } from "@/components/States";
import { type Column, Table } from "@/components/Table";
import type { KeyView } from "@/generated/types";
import { AddKey } from "./AddKey";
import { ChangePassphrase } from "./ChangePassphrase";
import { keyDate, keyName } from "./keyWords";
import { ReplaceRootKey } from "./ReplaceRootKey";
import { RevokeKey } from "./RevokeKey";

type Open = { what: "add" } | { what: "change"; key: KeyView } | { what: "revoke"; key: KeyView } | { what: "replace" } | null;

/** What opens the vault, and what can be done about it. */
export function KeysSection() {
  const { data, error } = engine.useKeysQuery({});
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);

  const columns: Column<KeyView>[] = [
    { head: "Opens the vault", cell: keyName },
    { head: "Called", cell: ({ label }) => label, wide: true },
    { head: "Made", cell: keyDate },
    {
      head: "",
      right: true,
      cell: (key) => (
        <span className="flex justify-end gap-1">
          {key.kind === "passphrase" && (
            <Button look="plain" onClick={() => setOpen({ what: "change", key })}>
              Change
            </Button>
          )}
          <Button look="plain" onClick={() => setOpen({ what: "revoke", key })}>
            Revoke
          </Button>
        </span>
      ),
    },
  ];

  return (
    <section aria-label="Keys" className="flex flex-col gap-2">
      <h2 className="font-semibold text-[14px]">Keys</h2>
      <p className="text-soft">
        Each of these opens the vault by itself. Changing one takes a moment, however large the vault is; each change asks for a passphrase
        or recovery code, though the vault is open.
      </p>
      {error && <Failed failure={asFailure(error)} />}
      {data && <Table label="Keys" columns={columns} rows={data.keys} rowKey={({ id }) => id} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen({ what: "add" })}>Add a key</Button>
        <Button onClick={() => setOpen({ what: "replace" })}>Replace the root key</Button>
      </div>
      {open?.what === "add" && <AddKey noKeychain={data?.no_keychain ?? null} onClose={close} />}
      {open?.what === "change" && <ChangePassphrase of={open.key} onClose={close} />}
      {open?.what === "revoke" && <RevokeKey of={open.key} onClose={close} />}
      {open?.what === "replace" && <ReplaceRootKey onClose={close} />}
    </section>
  );
}
