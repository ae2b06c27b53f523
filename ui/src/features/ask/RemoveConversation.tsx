import { plural } from "@/app/format";
import { useAppDispatch } from "@/app/store";
import { noticed } from "@/app/surface";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Confirm } from "@/components/Confirm";
import type { ConversationView } from "@/generated/types";

type Props = { conversation: ConversationView | null; onEnd: (isRemoved: boolean) => void };

/** Asks before a conversation goes. */
export function RemoveConversation({ conversation, onEnd }: Props) {
  const [remove] = engine.useRemove_conversationMutation();
  const dispatch = useAppDispatch();
  const onConfirm = async () => {
    if (conversation === null) return;
    const { error } = await remove({ conversation: conversation.conversation });
    if (error !== undefined) dispatch(noticed(asFailure(error).message));
    onEnd(error === undefined);
  };
  return (
    <Confirm
      title="Remove this conversation?"
      confirm="Remove it"
      open={conversation !== null}
      onConfirm={() => void onConfirm()}
      onCancel={() => onEnd(false)}
    >
      <p className="wrap-anywhere">
        “{conversation?.title}”, with {plural(conversation?.questions ?? 0, "question")} and what was answered. What the answers rest on
        stays in the vault.
      </p>
    </Confirm>
  );
}
