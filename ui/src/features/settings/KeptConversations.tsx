import { useState } from "react";
import { plural } from "@/app/format";
import { useAppDispatch } from "@/app/store";
import { noticed } from "@/app/surface";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Confirm } from "@/components/Confirm";
import { Select } from "@/components/Field";
import { SettingLine } from "./SettingLine";

/** The setting's name: whether questions and their answers are kept. */
const KEEP = "keep_conversations";

/** Whether the owner chose that none is kept. */
export const keepsNone = (settings: Record<string, unknown> | undefined): boolean => settings?.[KEEP] === "no";

const answers = [
  ["yes", "Yes"],
  ["no", "No"],
] as const;

type Props = { settings: Record<string, unknown>; onSet: (key: string, value: unknown) => void };

/** Whether conversations are kept, and the way to be rid of those that are. */
export function KeptConversations({ settings, onSet }: Props) {
  const { data } = engine.useConversationsQuery({ limit: 1 });
  const [remove] = engine.useRemove_conversationsMutation();
  const [asking, setAsking] = useState(false);
  const dispatch = useAppDispatch();
  const onConfirm = async () => {
    setAsking(false);
    const { data: removed, error } = await remove({});
    dispatch(noticed(error ? asFailure(error).message : `${plural(removed?.conversations ?? 0, "conversation")} removed.`));
  };
  const isBare = data === undefined || data.conversations.length === 0;
  return (
    <SettingLine
      name="Keep conversations"
      note="Your questions and their answers, encrypted in the vault. An answer goes with the items that it rests on."
    >
      <div className="flex flex-wrap items-center gap-2">
        {!isBare && <Button onClick={() => setAsking(true)}>Remove all</Button>}
        <Select
          label="Keep conversations"
          options={answers}
          value={keepsNone(settings) ? "no" : "yes"}
          onChoose={(value) => onSet(KEEP, value)}
        />
      </div>
      <Confirm
        title="Remove all conversations?"
        confirm="Remove all"
        open={asking}
        onConfirm={() => void onConfirm()}
        onCancel={() => setAsking(false)}
      >
        Every question that is kept goes, and what was answered. What the answers rest on stays in the vault.
      </Confirm>
    </SettingLine>
  );
}
