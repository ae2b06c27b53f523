import type { FormEvent, ReactNode } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Failed } from "@/components/States";
import type { Failure } from "@/generated/types";
import { ProofFields, type useProof } from "./proof";

type Props = {
  title: string;
  children: ReactNode;
  action: string;
  danger?: boolean;
  /** Whether what is typed is enough; the proof is looked at as well. */
  ready: boolean;
  busy: boolean;
  failure: Failure | null;
  proof: ReturnType<typeof useProof>;
  passphraseOnly?: boolean;
  onSubmit: () => void;
  onClose: () => void;
};

/** A change to the keys: what it is, what it takes, and the proof that the owner asks for it. */
export function KeyForm({ title, children, action, danger = false, ready, busy, failure, proof, passphraseOnly = false, ...on }: Props) {
  const wrong = failure?.code === "wrong_passphrase" ? `${failure.message} ${failure.hint}`.trim() : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    on.onSubmit();
  };
  return (
    <Dialog title={title} open onClose={on.onClose}>
      <form className="flex flex-col gap-4 p-4" onSubmit={submit}>
        <ProofFields typed={proof.typed} onType={proof.setTyped} problem={wrong} passphraseOnly={passphraseOnly} />
        {children}
        {failure && wrong === undefined && <Failed failure={failure} />}
        <div className="flex justify-end gap-2">
          <Button onClick={on.onClose}>Cancel</Button>
          <Button look={danger ? "danger" : "solid"} type="submit" disabled={!ready || proof.proof === null || busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
