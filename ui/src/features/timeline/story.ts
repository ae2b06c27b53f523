import type { Kind, Row } from "@/generated/types";

/** One line of a day. */
export type Entry =
  | { type: "item"; row: Row }
  | { type: "pictures"; rows: Row[] }
  | { type: "thread"; rows: Row[] }
  | { type: "run"; kind: Kind; rows: Row[] }
  | { type: "gap"; from: string; to: string };

/** Pictures taken within this of one another are one line, in milliseconds. */
const PICTURES_APART = 60 * 60_000;
/** A stretch without anything is said from this length on, in milliseconds. */
const GAP = 3 * 60 * 60_000;
/** So many of a kind in a row are one line. */
const RUN = 4;

/** Length of "2019-05-14T10:02:00". */
const CLOCK = 19;

const pictures: ReadonlySet<Kind> = new Set(["photo", "video"]);
/** What happens in rows: a person reads their number before they read each. */
const serial: ReadonlySet<Kind> = new Set(["search", "watch", "listen", "page", "activity", "measure", "bookmark"]);

/**
 * A day is told by its wall clock, the one that is shown: some items have no zone, and their instants would stand out of
 * the order that a person reads.
 */
const startOf = (row: Row): number => Date.parse(`${row.at?.slice(0, CLOCK)}Z`) || 0;
const endOf = (row: Row): number => startOf(row) + Math.max(0, (row.until_ms ?? 0) - (row.at_ms ?? Number.POSITIVE_INFINITY));

/** A day's items, in order of time, as the lines of a story: nothing is left out, what belongs together stands together. */
export function storyOf(rows: Row[]): Entry[] {
  const ordered = [...rows].sort((one, other) => startOf(one) - startOf(other));
  const threads = threadsOf(ordered);
  const told = new Set<string>();
  const entries: Entry[] = [];
  let reached: Row | null = null;

  for (const row of ordered) {
    if (reached !== null && startOf(row) - endOf(reached) >= GAP) {
      entries.push({ type: "gap", from: endAt(reached), to: row.at ?? "" });
    }
    if (reached === null || endOf(row) >= endOf(reached)) reached = row;
    const name = row.thread ?? "";
    const thread = threads.get(name);
    if (thread !== undefined && thread.length > 1) {
      if (told.has(name)) continue;
      told.add(name);
      entries.push({ type: "thread", rows: thread });
    } else append(entries, row);
  }
  return entries.flatMap(unrolled);
}

function threadsOf(rows: Row[]): Map<string, Row[]> {
  const threads = new Map<string, Row[]>();
  for (const row of rows) {
    if (!row.thread) continue;
    const known = threads.get(row.thread);
    if (known) known.push(row);
    else threads.set(row.thread, [row]);
  }
  return threads;
}

function append(entries: Entry[], row: Row): void {
  const last = entries.at(-1);
  if (pictures.has(row.kind)) {
    const before = last?.type === "pictures" ? last.rows.at(-1) : undefined;
    if (last?.type === "pictures" && before && startOf(row) - startOf(before) <= PICTURES_APART) last.rows.push(row);
    else entries.push({ type: "pictures", rows: [row] });
  } else if (serial.has(row.kind)) {
    if (last?.type === "run" && last.kind === row.kind) last.rows.push(row);
    else entries.push({ type: "run", kind: row.kind, rows: [row] });
  } else entries.push({ type: "item", row });
}

/** A run too short to be one, item by item. */
function unrolled(entry: Entry): Entry[] {
  if (entry.type === "run" && entry.rows.length < RUN) return entry.rows.map((row) => ({ type: "item", row }));
  if (entry.type === "pictures" && entry.rows.length === 1) return entry.rows.map((row) => ({ type: "item", row }));
  return [entry];
}

/** The wall clock at an item's end, in the zone of its beginning. */
const endAt = (row: Row): string => new Date(endOf(row)).toISOString().slice(0, CLOCK);
