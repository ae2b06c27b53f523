import { useState } from "react";
import { plural } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed } from "@/components/States";
import type { Strength, SuggestionView } from "@/generated/types";
import { PersonCard } from "./PersonCard";

/** Pairs that are asked for; deciding on some brings the next. */
const PAIRS = 20;
/** Pairs that are shown until more are wanted. */
const AT_FIRST = 3;

const strengths: Record<Strength, string> = {
  strong: "Very likely one person",
  likely: "Likely one person",
  possible: "Perhaps one person",
};

/** Who may be one person, and why. Nothing is merged until it is said. */
export function Suggestions() {
  const [all, setAll] = useState(false);
  const { data, error, refetch } = engine.usePeople_suggestionsQuery({ limit: PAIRS });
  if (error) return <Failed failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (data === undefined || data.suggestions.length === 0) return null;
  const shown = all ? data.suggestions : data.suggestions.slice(0, AT_FIRST);
  const nMore = data.suggestions.length - shown.length;
  return (
    <section aria-label="Suggestions" className="flex flex-col gap-2">
      <h2 className="font-semibold text-[14px]">The same person?</h2>
      <ul className="flex flex-col gap-2">
        {shown.map((pair) => (
          <li key={`${pair.one.id} ${pair.other.id}`}>
            <Pair pair={pair} />
          </li>
        ))}
      </ul>
      {nMore > 0 && (
        <Button look="plain" className="-ml-3 self-start" onClick={() => setAll(true)}>
          Show {plural(nMore, "more pair")}
        </Button>
      )}
    </section>
  );
}

function Pair({ pair: { one, other, strength, evidence } }: { pair: SuggestionView }) {
  const [merge, merging] = engine.usePeople_mergeMutation();
  const [decline, declining] = engine.usePeople_declineMutation();
  const failure = merging.error ?? declining.error;
  const busy = merging.isLoading || declining.isLoading;
  return (
    <article aria-label={`${one.name} and ${other.name}`} className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <div className="grid gap-2 sm:grid-cols-2">
        <PersonCard person={one} />
        <PersonCard person={other} />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-56 flex-1 text-soft">
          <span className="font-medium text-ink">{strengths[strength]}.</span> {evidence.join(" ")}
        </p>
        <div className="flex gap-2">
          <Button disabled={busy} onClick={() => void decline({ one: one.id, other: other.id })}>
            Not the same
          </Button>
          <Button look="solid" disabled={busy} onClick={() => void merge({ ids: [one.id, other.id] })}>
            Merge
          </Button>
        </div>
      </div>
      {failure && <Failed failure={asFailure(failure)} />}
    </article>
  );
}
