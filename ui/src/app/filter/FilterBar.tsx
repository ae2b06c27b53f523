import { useRouterState } from "@tanstack/react-router";
import { Search, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { engine } from "@/backend/engine";
import { IconButton } from "@/components/Button";
import type { Filter } from "@/generated/types";
import { useAppDispatch } from "../store";
import { noticed } from "../surface";
import { CompletionList } from "./CompletionList";
import { type Completion, completionsOf, fragmentOf } from "./completions";
import { narrow, readTyped, tokensOf } from "./tokens";
import { useFilter } from "./useFilter";

/** How long typing rests before the words count, in milliseconds. */
const REST = 180;
/** The pages that show what the filter means; from the others, filtering leads to the search. */
const FILTERED = ["/timeline", "/search", "/map", "/ask"];

/** The words while one types: a pair at their end that is still being typed is neither words nor a narrowing yet. */
function wordsOf(text: string): string {
  const { operator, before } = fragmentOf(text);
  return readTyped(operator === null ? text : before).words;
}

/** The one filter: tokens, free words, and completion of both. */
export function FilterBar() {
  const { filter, setFilter } = useFilter();
  const dispatch = useAppDispatch();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [typed, setTyped] = useState(filter.text ?? "");
  const [focused, setFocused] = useState(false);
  const [active, setActive] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const to = FILTERED.includes(path) ? "." : "/search";
  const completions = useCompletions(typed, filter, focused);

  useEffect(() => {
    const now = field.current?.value ?? "";
    const words = [readTyped(now).words, wordsOf(now)];
    if (!words.includes(filter.text ?? "")) setTyped(filter.text ?? "");
  }, [filter.text]);
  useEffect(() => () => clearTimeout(resting.current), []);

  const commit = (text: string, all: boolean) => {
    clearTimeout(resting.current);
    const { pairs, words } = readTyped(text);
    let next: Filter = { ...filter, text: all ? words : wordsOf(text) };
    if (all) {
      for (const { operator, value } of pairs) {
        const narrowed = narrow(next, operator, value);
        if (typeof narrowed === "string") dispatch(noticed(narrowed));
        else next = narrowed;
      }
      setTyped(words);
    }
    setFilter(next, { replace: !all, to });
  };

  const onType = (text: string) => {
    setTyped(text);
    setActive(-1);
    clearTimeout(resting.current);
    if (text.endsWith(" ") && readTyped(text).pairs.length > 0) commit(text, true);
    else resting.current = setTimeout(() => commit(text, false), REST);
  };

  const choose = (completion: Completion | undefined) => {
    if (completion === undefined) return;
    setActive(-1);
    clearTimeout(resting.current);
    if ("insert" in completion) setTyped(completion.insert);
    else {
      setTyped(completion.filter.text ?? "");
      setFilter(completion.filter, { to });
    }
    field.current?.focus();
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const tokens = tokensOf(filter);
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, completions.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, -1));
    else if (event.key === "Tab" && active >= 0) choose(completions[active]);
    else if (event.key === "Enter") {
      if (active >= 0) choose(completions[active]);
      else {
        commit(typed, true);
        setFocused(false);
      }
    } else if (event.key === "Escape") field.current?.blur();
    else if (event.key === "Backspace" && typed === "" && tokens.length > 0) setFilter(tokens.at(-1)?.without ?? filter);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: web views of some systems are older than the element <search>
    <form
      role="search"
      onSubmit={(event) => event.preventDefault()}
      className="relative flex min-h-11 items-center gap-1 border-line border-b px-3 py-1"
    >
      <Search aria-hidden className="size-4 shrink-0 text-faint" />
      <ul aria-label="Narrowed to" className="flex flex-wrap gap-1 empty:hidden">
        {tokensOf(filter).map(({ key, label, without }) => (
          <li key={key} className="flex items-center rounded-md bg-wash pl-2 text-accent">
            <span className="max-w-52 truncate">{label}</span>
            <button
              type="button"
              aria-label={`Remove ${label}`}
              className="flex size-6 items-center justify-center"
              onClick={() => setFilter(without)}
            >
              <X aria-hidden className="size-3" />
            </button>
          </li>
        ))}
      </ul>
      <input
        id="filter-text"
        ref={field}
        role="combobox"
        aria-label="Filter"
        aria-expanded={focused && completions.length > 0}
        aria-controls="filter-completions"
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `completion-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Words, or kind: from: at: in: has:"
        className="h-8 min-w-32 flex-1 bg-transparent px-1 text-[14px] outline-none placeholder:text-faint"
        value={typed}
        onChange={(event) => onType(event.target.value)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={onKeyDown}
      />
      {(typed !== "" || tokensOf(filter).length > 0) && (
        <IconButton
          label="Clear the filter"
          onClick={() => {
            setTyped("");
            setFilter({});
          }}
        >
          <X aria-hidden className="size-4" />
        </IconButton>
      )}
      {focused && completions.length > 0 && <CompletionList completions={completions} active={active} onChoose={choose} />}
    </form>
  );
}

/** What the bar offers; the vault is only asked for names while someone types. */
function useCompletions(typed: string, filter: Filter, focused: boolean): Completion[] {
  const { operator, value } = fragmentOf(typed);
  const forPeople = operator === "with" || operator === "from" || operator === "to" || (operator === null && value.length > 1);
  const { data: stats } = engine.useStatsQuery({}, { skip: !focused });
  const { data: people } = engine.usePeopleQuery({ text: value, limit: 6 }, { skip: !focused || !forPeople });
  return useMemo(
    () =>
      completionsOf(typed, filter, {
        sources: stats?.by_source.map(({ name }) => name) ?? [],
        people: forPeople ? (people?.people.map(({ name, addresses }) => name || (addresses[0] ?? "")) ?? []) : [],
      }),
    [typed, filter, stats, people, forPeople],
  );
}
