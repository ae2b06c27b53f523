import { Plus, Trash2 } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { machineDay, machineMoment, plural } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button, IconButton } from "@/components/Button";
import { classes } from "@/components/classes";
import { inputLook } from "@/components/Field";
import { Failed, Skeleton } from "@/components/States";
import type { ConversationView } from "@/generated/types";
import { keepsNone } from "../settings/KeptConversations";
import { pagedConversations } from "./pages";
import { RemoveConversation } from "./RemoveConversation";

type Props = { open: number | null; onOpen: (conversation: number) => void; onNew: () => void };

/** The conversations that are kept, the last first, and those that hold some words. */
export function ConversationList({ open, onOpen, onNew }: Props) {
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const [leaving, setLeaving] = useState<ConversationView | null>(null);
  const { data: settings } = engine.useSettingsQuery({});
  const { data, error, refetch, isFetching, hasNextPage, fetchNextPage } = pagedConversations.useConversationPagesInfiniteQuery({ text });
  const conversations = data?.pages.flatMap((page) => page.conversations);
  const isBare = conversations?.length === 0 && text === "";
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex flex-col gap-2 p-2">
        <Button onClick={onNew}>
          <Plus aria-hidden className="size-4" />
          New conversation
        </Button>
        {!isBare && (
          <input
            aria-label="Find in conversations"
            placeholder="Find words in them"
            className={inputLook}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </div>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pb-2">
        {error && !isFetching && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
        {conversations === undefined && !error && <Skeleton lines={8} label="Loading the conversations" />}
        {isBare && <NoneYet isOff={keepsNone(settings?.settings)} />}
        {conversations?.length === 0 && text !== "" && (
          <p className="p-2 text-faint">No question and no answer has {text.includes(" ") ? "all of these words" : "this word"}.</p>
        )}
        <ul aria-label="Conversations">
          {conversations?.map((conversation) => (
            <li key={conversation.conversation} className="group flex items-start">
              <Entry of={conversation} isOpen={conversation.conversation === open} onOpen={onOpen} />
              <IconButton
                label={`Remove the conversation “${conversation.title}”`}
                className="size-7 focus-visible:opacity-100 lg:opacity-0 lg:group-hover:opacity-100 lg:group-focus-within:opacity-100"
                onClick={() => setLeaving(conversation)}
              >
                <Trash2 aria-hidden className="size-3.5" />
              </IconButton>
            </li>
          ))}
        </ul>
        {hasNextPage && (
          <Button look="plain" className="self-start" disabled={isFetching} onClick={() => void fetchNextPage()}>
            Show earlier ones
          </Button>
        )}
      </div>
      <RemoveConversation
        conversation={leaving}
        onEnd={(isRemoved) => {
          if (isRemoved && leaving?.conversation === open) onNew();
          setLeaving(null);
        }}
      />
    </div>
  );
}

type EntryProps = { of: ConversationView; isOpen: boolean; onOpen: (conversation: number) => void };

function Entry({ of: { conversation, title, questions, last_ms, found }, isOpen, onOpen }: EntryProps) {
  return (
    <button
      type="button"
      aria-current={isOpen ? "page" : undefined}
      onClick={() => onOpen(conversation)}
      className={classes("min-w-0 flex-1 rounded-md px-2 py-1 text-left", isOpen ? "bg-wash" : "hover:bg-sunken")}
    >
      <span className="line-clamp-2 wrap-anywhere">{title}</span>
      {found != null && found.question !== title && <span className="line-clamp-1 text-soft wrap-anywhere">… {found.question}</span>}
      <span title={machineMoment(last_ms)} className="tabular block truncate text-faint">
        {machineDay(last_ms)}
        {questions > 1 && ` · ${plural(questions, "question")}`}
      </span>
    </button>
  );
}

function NoneYet({ isOff }: { isOff: boolean }) {
  return (
    <p className="p-2 text-faint">
      {isOff
        ? "None is kept: you chose so in the settings."
        : "None yet. What you ask is kept here with its answers, encrypted in your vault."}
    </p>
  );
}
