import { Check, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { addressText } from "@/app/addresses";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button, IconButton } from "@/components/Button";
import { inputLook } from "@/components/Field";
import { Failed } from "@/components/States";
import type { OwnAddressView } from "@/generated/types";

/** Which addresses are the owner's own, why, and what they say to it. */
export function Me() {
  const { data } = engine.useOwnerQuery({});
  const [change, { error, isLoading }] = engine.useSet_ownerMutation();
  const [typed, setTyped] = useState("");
  if (data === undefined) return null;
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if ("data" in (await change({ add: [typed.trim()], remove: [] }))) setTyped("");
  };
  return (
    <details className="rounded-lg border border-line p-3">
      <summary className="cursor-pointer font-medium">
        {data.name ? `You are ${data.name}` : "Nothing tells which addresses are yours"}
      </summary>
      <ul aria-label="Your addresses" className="flex flex-col gap-1 py-2">
        {data.addresses.map((own) => (
          <Own key={own.address} own={own} busy={isLoading} onSay={(isMine) => void change(said(own.address, isMine))} />
        ))}
      </ul>
      <form onSubmit={(event) => void add(event)} className="flex gap-2">
        <input
          aria-label="Another address of yours"
          placeholder="Another address of yours"
          className={`${inputLook} max-w-72`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" disabled={isLoading || typed.trim() === ""}>
          Add
        </Button>
      </form>
      {error && <Failed className="mt-2" failure={asFailure(error)} />}
    </details>
  );
}

const said = (address: string, isMine: boolean) => ({ add: isMine ? [address] : [], remove: isMine ? [] : [address] });

type Props = { own: OwnAddressView; busy: boolean; onSay: (isMine: boolean) => void };

function Own({ own: { address, name, is_own, said: already, evidence }, busy, onSay }: Props) {
  const shown = addressText(address) ?? name;
  return (
    <li className="flex items-center gap-2">
      <span className="min-w-0 flex-1">
        <span className={is_own ? "" : "text-faint line-through"}>{shown}</span>
        <span className="block text-faint">{evidence.join(" ")}</span>
      </span>
      {already !== true && (
        <IconButton label={`${shown} is mine`} disabled={busy} onClick={() => onSay(true)}>
          <Check aria-hidden className="size-4" />
        </IconButton>
      )}
      {already !== false && (
        <IconButton label={`${shown} is not mine`} disabled={busy} onClick={() => onSay(false)}>
          <X aria-hidden className="size-4" />
        </IconButton>
      )}
    </li>
  );
}
