import { useState } from "react";
import { useAppDispatch } from "@/app/store";
import { noticed } from "@/app/surface";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import type { KeyView } from "@/generated/types";
import { KeyForm } from "./KeyForm";
import { isChosen, NewPassphrase, nothingChosen } from "./NewPassphrase";
import { useProof } from "./proof";

type Props = { of: KeyView; onClose: () => void };

/** Replaces a passphrase. */
export function ChangePassphrase({ of, onClose }: Props) {
  const dispatch = useAppDispatch();
  const proof = useProof();
  const [chosen, setChosen] = useState(nothingChosen);
  const [change, { isLoading, error }] = engine.useChange_passphraseMutation();

  const submit = async () => {
    const { passphrase, keyFile } = chosen;
    const changed = await change({ proof: proof.proof ?? {}, id: of.id, passphrase, key_file: keyFile.trim() || null });
    if (!changed.data) return;
    dispatch(noticed("The passphrase was changed. The old one opens nothing any more."));
    onClose();
  };

  return (
    <KeyForm
      title="Change the passphrase"
      action={isLoading ? "Changing…" : "Change the passphrase"}
      ready={isChosen(chosen)}
      busy={isLoading}
      failure={error ? asFailure(error) : null}
      proof={proof}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <NewPassphrase
        chosen={chosen}
        onChoose={setChosen}
        keyFileNote="When this is left out, the key file of the current passphrase goes with the new one as well."
      />
    </KeyForm>
  );
}
