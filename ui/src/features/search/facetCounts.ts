import type { Facets, NamedCount, Row } from "@/generated/types";

function counted(names: string[]): NamedCount[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).sort((one, other) => other.count - one.count);
}

/** The counts of what was found itself: for a search that takes more than the items that hold every word. */
export function facetsOf(rows: Row[]): Facets {
  return {
    total: rows.length,
    kinds: counted(rows.map(({ kind }) => kind)),
    sources: counted(rows.map(({ source }) => source)),
    years: counted(rows.flatMap(({ at }) => (at ? [at.slice(0, 4)] : []))).sort((one, other) => one.name.localeCompare(other.name)),
    people: [],
  };
}
