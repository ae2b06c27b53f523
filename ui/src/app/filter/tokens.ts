import type { Filter } from "@/generated/types";
import { span, utcDay } from "../format";
import { isKind, kinds, sourceLabel } from "../kinds";
import { nearOf } from "./address";
import { instantOf, spanOf } from "./phrases";

/** One narrowing of the filter, as it stands in the bar. */
export type Token = { key: string; operator: Operator | "at" | "has"; label: string; without: Filter };

/** What the bar offers, and what each takes. */
export const operators = {
  kind: "a kind of item: photo, mail, visit",
  source: "where it came from: google.mail",
  in: "a span: 2019, may 2019, last month",
  from: "who sent it, or at or after a date",
  to: "whom it was sent to, or up to a date",
  with: "a person, by name or address",
  at: "a place, by name: Lisbon",
  near: "a circle: latitude,longitude,metres",
  before: "before a date: 2019, \u201clast summer\u201d",
  after: "after a date",
  has: "attachment, photo, place, link",
  label: "a label, list or album",
} as const;
/** What is read by the engine, and stays among the words. */
const BY_ENGINE = ["at", "before", "after", "has"] as const;
export type Operator = Exclude<keyof typeof operators, (typeof BY_ENGINE)[number]> | "area" | "hidden";

/** Whether a pair becomes a token: the engine reads the others. */
function isToken(operator: string, value: string): boolean {
  if (!Object.hasOwn(operators, operator) || BY_ENGINE.some((name) => name === operator)) return false;
  return !DATED.includes(operator) || spanOf(value) !== null || instantOf(value) !== null;
}

const drop = (list: string[] | undefined, value: string): string[] => (list ?? []).filter((one) => one !== value);

/** The filter's narrowings in the order of the bar; the words are not among them. */
export function tokensOf(filter: Filter): Token[] {
  const tokens: Token[] = [];
  const list = (
    operator: Exclude<Token["operator"], "in" | "near" | "area" | "hidden">,
    field: "kinds" | "sources" | "people" | "senders" | "recipients" | "labels" | "places" | "has",
    label: (value: string) => string,
  ) => {
    for (const value of filter[field] ?? []) {
      const without = { ...filter, [field]: drop(filter[field], value) } as Filter;
      tokens.push({ key: `${operator}:${value}`, operator, label: label(value), without });
    }
  };
  list("kind", "kinds", (value) => (isKind(value) ? kinds[value].label : value));
  list("source", "sources", sourceLabel);
  if (filter.from != null || filter.to != null) {
    const { from, to, ...without } = filter;
    tokens.push({ key: "in", operator: "in", label: span(from, to), without });
  }
  list("with", "people", (value) => `with ${value}`);
  list("from", "senders", (value) => `from ${value}`);
  list("to", "recipients", (value) => `to ${value}`);
  list("label", "labels", (value) => `label ${value}`);
  list("at", "places", (value) => `at ${value}`);
  list("has", "has", (value) => `has ${value}`);
  if (filter.near) {
    const { near, ...without } = filter;
    const [lat, lon] = [near.point.lat / 1e7, near.point.lon / 1e7].map((degrees) => degrees.toFixed(3));
    tokens.push({ key: "near", operator: "near", label: `within ${Math.round(near.metres)} m of ${lat}, ${lon}`, without });
  }
  if (filter.area) {
    const { area: _area, ...without } = filter;
    tokens.push({ key: "area", operator: "area", label: "area on the map", without });
  }
  if (filter.hidden) {
    const { hidden: _hidden, ...without } = filter;
    tokens.push({ key: "hidden", operator: "hidden", label: "with hidden", without });
  }
  return tokens;
}

/** The filter narrowed by what was typed as `operator:value`, or the sentence that says why it cannot be. */
export function narrow(filter: Filter, operator: Operator, value: string, now = new Date()): Filter | string {
  const add = (list: string[] | undefined) => [...new Set([...(list ?? []), value])];
  switch (operator) {
    case "kind":
      return isKind(value) ? { ...filter, kinds: [...new Set([...(filter.kinds ?? []), value])] } : `No kind of item is called “${value}”.`;
    case "source":
      return { ...filter, sources: add(filter.sources) };
    case "with":
      return { ...filter, people: add(filter.people) };
    case "label":
      return { ...filter, labels: add(filter.labels) };
    case "in":
    case "from":
    case "to":
      return narrowTime(filter, operator, value, now);
    case "near": {
      const near = nearOf(value);
      return near ? { ...filter, near } : `“${value}” is not latitude,longitude,metres, as in 38.71,-9.14,500.`;
    }
    case "hidden":
      return { ...filter, hidden: true };
    case "area":
      return filter;
  }
}

function narrowTime(filter: Filter, operator: "in" | "from" | "to", value: string, now: Date): Filter | string {
  const found = spanOf(value, now);
  const instant = found === null ? instantOf(value) : null;
  if (found === null && instant === null) return `“${value}” is not a date that can be read; try 2019, 2019-05-14 or “last month”.`;
  const next = { ...filter };
  if (operator !== "to") next.from = found?.from ?? instant;
  if (operator !== "from") next.to = found?.to ?? instant;
  if (next.from != null && next.to != null && next.from >= next.to) {
    return `The span would end (${utcDay(next.to)}) before it begins (${utcDay(next.from)}).`;
  }
  return next;
}

/** Operators that take a date here and somebody's name in the engine, which reads all that is not made a token. */
const DATED: readonly string[] = ["from", "to"];

/**
 * Splits what stands in the bar into finished `operator:value` pairs, which become tokens, and the words that remain. What the engine
 * alone can read is among the words: operators that need the vault, what is excluded, and whatever stands in an OR or in parentheses.
 */
export function readTyped(text: string): { pairs: { operator: Operator; value: string }[]; words: string } {
  const pairs: { operator: Operator; value: string }[] = [];
  if (/[()]|\b(?:OR|NOT)\b/.test(text)) return { pairs, words: text.replaceAll(/\s+/g, " ").trim() };
  const words = text.replace(
    /(?:^|(?<=\s))([a-z]+):(?:"([^"]+)"|([^\s"]\S*))(?=\s|$)/gi,
    (whole, name: string, quoted?: string, bare?: string) => {
      const operator = name.toLowerCase();
      const value = quoted ?? bare ?? "";
      if (!isToken(operator, value)) return whole;
      pairs.push({ operator: operator as Operator, value });
      return "";
    },
  );
  return { pairs, words: words.replaceAll(/\s+/g, " ").trim() };
}
