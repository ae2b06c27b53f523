import type { Filter } from "@/generated/types";
import { span } from "../format";
import { kindNames, kinds, sourceLabel } from "../kinds";
import { offered, spanOf } from "./phrases";
import { narrow, type Operator, operators } from "./tokens";

/** Something that the bar offers: a narrowing that is ready, or an operator that wants a value. */
export type Completion = { key: string; label: string; note: string } & ({ filter: Filter } | { insert: string });

/** Names that the vault knows; asked for by the bar as one types. */
export type Known = { sources: string[]; people: string[] };

/** The word under the cursor's end, and the operator before it when there is one. */
export function fragmentOf(text: string): { before: string; operator: string | null; value: string } {
  const match = /^(.*?)(?:([a-z]+):)?("[^"]*|[^\s"]*)$/is.exec(text);
  const operator = match?.[2]?.toLowerCase() ?? null;
  const value = (match?.[3] ?? "").replace(/^"/, "");
  if (operator !== null && !Object.hasOwn(operators, operator)) return { before: text, operator: null, value: "" };
  return { before: (match?.[1] ?? "").trim(), operator, value };
}

const MOST = 8;
const haves = ["attachment", "photo", "video", "audio", "place", "link", "person", "label", "time"];

/** What the bar offers for what was typed. */
export function completionsOf(text: string, filter: Filter, known: Known, now = new Date()): Completion[] {
  const { before, operator, value } = fragmentOf(text);
  const start = value.toLowerCase();
  const base: Filter = { ...filter, text: before };
  const offer = (name: Operator, chosen: string, label: string, note: string): Completion[] => {
    const narrowed = narrow(base, name, chosen, now);
    return typeof narrowed === "string" ? [] : [{ key: `${name}:${chosen}`, label, note, filter: narrowed }];
  };
  const ofKinds = () =>
    kindNames
      .filter((kind) => kind.startsWith(start) || kinds[kind].label.toLowerCase().startsWith(start))
      .flatMap((kind) => offer("kind", kind, kinds[kind].label, "kind"));
  const ofSources = () =>
    known.sources.filter((one) => one.includes(start)).flatMap((one) => offer("source", one, sourceLabel(one), "source"));
  const ofPeople = () => known.people.flatMap((name) => offer("with", name, name, "with"));
  const ofDates = (name: "in" | "from" | "to", phrase: string) => {
    const found = spanOf(phrase, now);
    return found ? offer(name, phrase, span(found.from, found.to), phrase) : [];
  };
  const dated = (name: "in" | "from" | "to") => {
    const phrases = offered.filter((phrase) => phrase.startsWith(start));
    return [...new Set([value, ...phrases])].flatMap((phrase) => ofDates(name, phrase));
  };

  /** A pair that the engine reads. */
  const written = (name: string, chosen: string): Completion => {
    const quoted = /[\s()]/.test(chosen) ? `"${chosen}"` : chosen;
    const text = `${before}${before && " "}${name}:${quoted}`;
    return { key: `${name}:${chosen}`, label: chosen, note: name, filter: { ...filter, text } };
  };

  switch (operator) {
    case "kind":
      return ofKinds().slice(0, MOST);
    case "source":
      return ofSources().slice(0, MOST);
    case "with":
      return ofPeople().slice(0, MOST);
    case "from":
    case "to":
      return [...known.people.map((name) => written(operator, name)), ...(value === "" ? [] : dated(operator))].slice(0, MOST);
    case "in":
      return dated(operator).slice(0, MOST);
    case "has":
      return haves.filter((name) => name.startsWith(start)).map((name) => written(operator, name));
    case "at":
    case "before":
    case "after":
      return [];
    case "near":
    case "label":
      return value === "" ? [] : offer(operator, value, `${operator} ${value}`, operators[operator]);
    default: {
      const names = Object.entries(operators)
        .filter(([name]) => name.startsWith(start))
        .map(([name, note]): Completion => ({ key: name, label: `${name}:`, note, insert: `${before}${before && " "}${name}:` }));
      if (start === "") return names;
      const whole = spanOf(text, now) ? offer("in", text, span(spanOf(text, now)?.from, spanOf(text, now)?.to), "time") : [];
      const cleared = whole.map((one) => ("filter" in one ? { ...one, filter: { ...one.filter, text: "" } } : one));
      return [...cleared, ...ofKinds(), ...(start.length > 1 ? ofPeople() : []), ...names].slice(0, MOST);
    }
  }
}
