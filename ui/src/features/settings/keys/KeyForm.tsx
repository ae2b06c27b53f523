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
  // What has begun comes to its end: it may bring a recovery code, which is shown this once.
  const close = () => !busy && on.onClose();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    on.onSubmit();
  };
  return (
    <Dialog title={title} open onClose={close}>
      <form className="flex min-h-0 flex-1 flex-col" onSubmit={submit}>
        <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
          {children}
          <ProofFields typed={proof.typed} onType={proof.setTyped} problem={wrong} passphraseOnly={passphraseOnly} />
          {failure && wrong === undefined && <Failed failure={failure} />}
        </div>
        <div className="flex justify-end gap-2 border-line border-t p-3">
          <Button disabled={busy} onClick={close}>
            Cancel
          </Button>
          <Button look={danger ? "danger" : "solid"} type="submit" disabled={!ready || proof.proof === null || busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
