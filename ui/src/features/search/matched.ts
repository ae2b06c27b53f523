/** How the items of a search hold its words, as the engine says it in `matched`. */
export function howMatched(matched: string | null | undefined): string {
  if (matched === "any") return "with some of the words";
  if (matched === "fuzzy") return "with words like these";
  return "with all the words";
}
