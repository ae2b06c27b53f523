import { Square } from "lucide-react";
import { useState } from "react";
import { useSelection } from "@/app/filter/useFilter";
import { duration, machineMoment } from "@/app/format";
import { Button } from "@/components/Button";
import { Failed, Note, Skeleton } from "@/components/States";
import type { Filter } from "@/generated/types";
import { ItemRow } from "../item/ItemRow";
import { AnswerText } from "./AnswerText";
import { ComputedView } from "./ComputedView";
import type { Exchange } from "./conversation";
import { Understood } from "./Understood";

type Props = { exchange: Exchange; onStop: () => void; onAgain: (filter: Filter) => void; onChoose: (question: string) => void };

/** A question; how it was understood; what was computed; the answer; what it rests on. */
export function ExchangeView({ exchange, onStop, onAgain, onChoose }: Props) {
  const { question, asked, state, plan, computed, found, text, answer, failure } = exchange;
  const { selected, select } = useSelection();
  const [lit, setLit] = useState<string | null>(null);
  const cited = answer?.items ?? found;
  const running = state === "running";

  return (
    <article aria-label={question} aria-busy={running} className="flex flex-col gap-3">
      <header className="flex items-start gap-3">
        <h2 className="min-w-0 flex-1 font-semibold text-[16px] leading-6 wrap-anywhere">{question}</h2>
        {running && (
          <Button look="plain" onClick={onStop}>
            <Square aria-hidden className="size-3" />
            Stop
          </Button>
        )}
      </header>
      {plan && <Understood plan={plan} onNarrow={running ? undefined : onAgain} />}
      {computed && <ComputedView computed={computed} />}
      {answer?.withheld && <Note>A password, key or code is withheld here. Open the item to see it.</Note>}
      {answer?.model_failure && <Note tone="warn">Worded without the model. {answer.model_failure}</Note>}
      {answer?.abstained && answer.choices.length === 0 && (
        <Note tone="warn">Not in your data. What was searched stands above; nothing was made up.</Note>
      )}
      {(text !== "" || answer) && <AnswerText text={text} answer={answer} lit={lit} onLight={setLit} onOpen={select} />}
      {answer && answer.choices.length > 0 && (
        <ul aria-label="What may be meant" className="flex flex-wrap gap-2">
          {answer.choices.map((choice) => (
            <li key={choice.question}>
              <Button onClick={() => onChoose(choice.question)}>{choice.label}</Button>
            </li>
          ))}
        </ul>
      )}
      {running && text === "" && <Skeleton lines={3} label="Thinking" />}
      {failure && <Failed failure={failure} onRetry={() => onAgain(plan?.filter ?? {})} />}
      {cited.length > 0 && (
        <section aria-label="Sources of the answer">
          <h3 className="font-medium text-faint">{!answer ? "Found so far" : answer.abstained ? "The nearest" : "It rests on"}</h3>
          <ol className="@container flex flex-col">
            {cited.map((hit, index) => (
              <li key={hit.id} className={`flex rounded-lg ${lit === hit.id ? "bg-wash" : ""}`}>
                <span className="tabular w-6 shrink-0 pt-0.5 text-right text-faint">{index + 1}</span>
                <div className="min-w-0 flex-1">
                  <ItemRow row={hit} dated why={hit.why} selected={hit.id === selected} onOpen={({ id }) => select(id)} />
                </div>
              </li>
            ))}
          </ol>
        </section>
      )}
      {answer && (
        <p className="text-faint">
          {asked !== null && `Asked ${machineMoment(asked)}. `}
          {answer.model ? `Worded by ${answer.model}` : "Worded without a model"}, in {duration(answer.took_ms / 1000)}.
        </p>
      )}
    </article>
  );
}
