import { useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Confirm } from "@/components/Confirm";
import { Failed } from "@/components/States";
import type { ModelView } from "@/generated/types";

/** Takes a model of the owner's own out of the store, after asking. */
export function RemoveModel({ model }: { model: ModelView }) {
  const [remove, { error, isLoading }] = engine.useRemove_modelMutation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button disabled={isLoading} onClick={() => setAsking(true)}>
        Remove
      </Button>
      <Confirm
        title={`Remove ${model.label}?`}
        confirm="Remove it"
        open={asking}
        onConfirm={() => {
          setAsking(false);
          void remove({ id: model.id });
        }}
        onCancel={() => setAsking(false)}
      >
        Its copy leaves the store. The file that it was taken from stays where it is.
      </Confirm>
      {error && <Failed failure={asFailure(error)} />}
    </>
  );
}
