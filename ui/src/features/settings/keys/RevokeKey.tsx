import { useAppDispatch } from "@/app/store";
import { noticed } from "@/app/surface";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import type { KeyView } from "@/generated/types";
import { KeyForm } from "./KeyForm";
import { keyName } from "./keyWords";
import { useProof } from "./proof";

type Props = { of: KeyView; onClose: () => void };

/** Lets a key open the vault no more. */
export function RevokeKey({ of, onClose }: Props) {
  const dispatch = useAppDispatch();
  const proof = useProof();
  const [revoke, { isLoading, error }] = engine.useRevoke_keyMutation();

  const submit = async () => {
    const revoked = await revoke({ proof: proof.proof ?? {}, id: of.id });
    if (!revoked.data) return;
    dispatch(noticed("The key was revoked."));
    onClose();
  };

  return (
    <KeyForm
      title={`Revoke ${[keyName(of).toLowerCase(), of.label && `“${of.label}”`].filter(Boolean).join(" ")}`}
      action={isLoading ? "Revoking…" : "Revoke the key"}
      danger
      ready
      busy={isLoading}
      failure={error ? asFailure(error) : null}
      proof={proof}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className="text-soft">
        It opens this vault no more. Someone who has it and an old copy of the vault's folder can still open that copy; if you fear that,
        replace the root key as well.
      </p>
    </KeyForm>
  );
}
