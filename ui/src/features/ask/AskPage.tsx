import { ArrowUp, MessageCircleQuestion, MessagesSquare, Plus } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useFilter } from "@/app/filter/useFilter";
import { useAppSelector } from "@/app/store";
import { useNarrow } from "@/app/useNarrow";
import { engine } from "@/backend/engine";
import { Button, IconButton } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { inputLook } from "@/components/Field";
import { Empty, Failed, Skeleton } from "@/components/States";
import { NothingHere } from "../search/NothingHere";
import { LANGUAGE_MODEL } from "../settings/LanguageModel";
import { useAsk } from "./asking";
import { ConversationList } from "./ConversationList";
import { ExchangeView } from "./ExchangeView";
import { useConversation } from "./useConversation";

/** Questions that show what can be asked. */
const examples = ["How many photos did I take in 2019?", "When did I last write to my sister?", "What did I watch last summer?"];

/** Questions about one's own life, answers that show what they rest on, and the conversations that are kept of them. */
export function AskPage() {
  const { filter } = useFilter();
  const [question, setQuestion] = useState("");
  const exchanges = useAppSelector((state) => state.ask.exchanges);
  const { wanted, isHere, isComing, failure, isGone, refetch, open, begin } = useConversation();
  const [sheet, setSheet] = useState(false);
  const { data: settings } = engine.useSettingsQuery({});
  const { data: stats } = engine.useStatsQuery({});
  const isBare = exchanges.length === 0 && isHere && failure === undefined;
  const isEmpty = stats?.items === 0 && Object.keys(filter).length === 0;
  const { ask, stop } = useAsk();
  const last = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const busy = exchanges.some(({ state }) => state === "running");
  const plain = settings?.settings[LANGUAGE_MODEL] === "none";

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question goes to the top, and its answer grows under it
  useEffect(() => {
    last.current?.scrollIntoView?.({ block: "start" });
  }, [exchanges.length, wanted]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (question.trim() === "" || busy || !isHere) return;
    ask(question.trim(), filter);
    setQuestion("");
  };

  const close = (then: () => void) => {
    setSheet(false);
    then();
  };
  const list = <ConversationList open={wanted} onOpen={(conversation) => close(() => open(conversation))} onNew={() => close(begin)} />;

  return (
    <div className="flex min-h-0 flex-1">
      <h1 className="sr-only">Ask</h1>
      <aside aria-label="Conversations" className="hidden w-60 shrink-0 border-line border-r lg:flex">
        {list}
      </aside>
      <Dialog title="Conversations" look="sheet" open={sheet} onClose={() => setSheet(false)}>
        {list}
      </Dialog>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div className="flex items-center gap-1 border-line border-b px-2 py-0.5 lg:hidden">
          <Button look="plain" onClick={() => setSheet(true)}>
            <MessagesSquare aria-hidden className="size-4" />
            Conversations
          </Button>
          <span className="flex-1" />
          <IconButton label="New conversation" onClick={begin}>
            <Plus aria-hidden className="size-4" />
          </IconButton>
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto [container-type:size]">
          <div className="mx-auto flex min-h-full max-w-3xl flex-col gap-8 p-4">
            {isComing && <Skeleton label="Loading the conversation" />}
            {isGone && (
              <Empty
                icon={MessageCircleQuestion}
                title="This conversation is no longer kept"
                action={<Button onClick={begin}>New conversation</Button>}
              >
                It was removed, or went with what its answers rested on.
              </Empty>
            )}
            {failure && !isGone && <Failed failure={failure} onRetry={() => void refetch()} />}
            {isBare && isEmpty && <NothingHere />}
            {isBare && !isEmpty && (
              <Empty icon={MessageCircleQuestion} title="Ask about your life">
                <p>
                  Numbers are computed from your data, every sentence names what it rests on, and what is not in your data is said to be
                  absent.
                </p>
                <ul aria-label="Examples" className="flex flex-col pt-3">
                  {examples.map((example) => (
                    <li key={example}>
                      <Button look="plain" onClick={() => setQuestion(example)}>
                        {example}
                      </Button>
                    </li>
                  ))}
                </ul>
              </Empty>
            )}
            {isHere &&
              exchanges.map((exchange, index) => (
                // The last question may stand at the top, however short its answer is.
                <div
                  key={`${wanted} ${exchange.id}`}
                  ref={index === exchanges.length - 1 ? last : undefined}
                  className="scroll-mt-4 last:min-h-[calc(100cqh-2rem)]"
                >
                  <ExchangeView
                    exchange={exchange}
                    onStop={() => stop(exchange.id)}
                    onAgain={(narrowed) => ask(exchange.question, narrowed)}
                    onChoose={(chosen) => ask(chosen, filter)}
                  />
                </div>
              ))}
          </div>
        </div>
        <form className="mx-auto flex w-full max-w-3xl flex-col gap-1 p-3" onSubmit={onSubmit}>
          <div className="flex items-center gap-2">
            <input
              aria-label="Question"
              autoComplete="off"
              // biome-ignore lint/a11y/noAutofocus: the page is there to type into this field; Escape leaves it
              autoFocus={!narrow}
              placeholder={exchanges.length === 0 ? "How far did I walk in May 2019?" : "Ask on: “and in 2020?”"}
              className={`${inputLook} h-10 text-[14px]`}
              value={question}
              onChange={(event) => setQuestion(event.target.value)}
              onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
            />
            <Button look="solid" type="submit" className="h-10" disabled={question.trim() === "" || busy || !isHere}>
              <ArrowUp aria-hidden className="size-4" />
              Ask
            </Button>
          </div>
          <p className="text-faint">
            {Object.keys(filter).length > 0 ? "Asked of what the filter shows. " : ""}
            {plain ? "Answers are computed and worded plainly; Settings can have a model word them." : ""}
          </p>
        </form>
      </div>
    </div>
  );
}
