import { ArrowUp, MessageCircleQuestion } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useFilter } from "@/app/filter/useFilter";
import { useAppDispatch, useAppSelector } from "@/app/store";
import { useNarrow } from "@/app/useNarrow";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { inputLook } from "@/components/Field";
import { Empty } from "@/components/States";
import { NothingHere } from "../search/NothingHere";
import { LANGUAGE_MODEL } from "../settings/LanguageModel";
import { useAsk } from "./asking";
import { forgotten } from "./conversation";
import { ExchangeView } from "./ExchangeView";

/** Questions that show what can be asked. */
const examples = ["How many photos did I take in 2019?", "When did I last write to my sister?", "What did I watch last summer?"];

/** Questions about one's own life, and answers that show what they rest on. */
export function AskPage() {
  const { filter } = useFilter();
  const [question, setQuestion] = useState("");
  const exchanges = useAppSelector((state) => state.ask.exchanges);
  const dispatch = useAppDispatch();
  const { data: settings } = engine.useSettingsQuery({});
  const { data: stats } = engine.useStatsQuery({});
  const isEmpty = stats?.items === 0 && Object.keys(filter).length === 0;
  const { ask, stop } = useAsk();
  const last = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const busy = exchanges.some(({ state }) => state === "running");
  const plain = settings?.settings[LANGUAGE_MODEL] === "none";

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question goes to the top, and its answer grows under it
  useEffect(() => {
    last.current?.scrollIntoView?.({ block: "start" });
  }, [exchanges.length]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (question.trim() === "" || busy) return;
    ask(question.trim(), filter);
    setQuestion("");
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Ask</h1>
      <div className="min-h-0 flex-1 overflow-y-auto [container-type:size]">
        <div className="mx-auto flex min-h-full max-w-3xl flex-col gap-8 p-4">
          {exchanges.length === 0 && isEmpty && <NothingHere />}
          {exchanges.length === 0 && !isEmpty && (
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
          {exchanges.map((exchange, index) => (
            // The last question may stand at the top, however short its answer is.
            <div
              key={exchange.id}
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
            placeholder={exchanges.length === 0 ? "How far did I walk in May 2019?" : "Ask another question"}
            className={`${inputLook} h-10 text-[14px]`}
            value={question}
            onChange={(event) => setQuestion(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
          />
          <Button look="solid" type="submit" className="h-10" disabled={question.trim() === "" || busy}>
            <ArrowUp aria-hidden className="size-4" />
            Ask
          </Button>
        </div>
        <div className="flex items-center gap-2 text-faint">
          <span className="flex-1">
            {Object.keys(filter).length > 0 ? "Asked of what the filter shows. " : ""}
            {plain ? "Answers are computed and worded plainly; Settings can have a model word them." : ""}
          </span>
          {exchanges.length > 0 && !busy && (
            <button type="button" className="hover:text-ink hover:underline" onClick={() => dispatch(forgotten())}>
              Clear
            </button>
          )}
        </div>
      </form>
    </div>
  );
}
