import { tokensOf } from "@/app/filter/tokens";
import { Note, Underlined } from "@/components/States";
import type { Filter, Understood } from "@/generated/types";

/** What the operators among the words came to, and the names in them that nothing goes by. */
export function UnderstoodAs({ asked, understood: { filter, told } }: { asked: Filter; understood: Understood }) {
  if ((asked.text ?? "") === (filter.text ?? "")) return null;
  const known = new Set(tokensOf(asked).map(({ key }) => key));
  const read = [
    ...tokensOf(filter)
      .filter(({ key, operator }) => operator === "in" || !known.has(key))
      .map(({ label }) => label),
    ...inner(filter),
  ];
  return (
    <>
      <p className="px-3 pt-1 text-faint">Understood as: {[filter.text && `“${filter.text}”`, ...read].filter(Boolean).join(" · ")}</p>
      {told.map(({ at, message, suggestions }) => (
        <Note key={`${at.start}-${message}`} tone="warn" className="mx-3 mt-1">
          <p>{message}</p>
          <Underlined at={at} />
          {suggestions.length > 0 && <p>Did you mean {suggestions.join(", ")}?</p>}
        </Note>
      ))}
    </>
  );
}

/** What stands in the filters inside of a filter, in words. */
function inner({ all_of = [], any_of = [], none_of = [] }: Filter): string[] {
  const joined = (filters: Filter[], between: string) =>
    filters
      .map((filter) =>
        [filter.text && `“${filter.text}”`, ...tokensOf(filter).map(({ label }) => label), ...inner(filter)].filter(Boolean).join(" and "),
      )
      .join(between);
  return [
    ...(all_of.length > 0 ? [joined(all_of, " and ")] : []),
    ...(any_of.length > 0 ? [joined(any_of, " or ")] : []),
    ...none_of.map((filter) => `not ${joined([filter], "") || "anything"}`),
  ];
}
