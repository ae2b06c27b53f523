/** Dates as people type them, as half-open spans of UTC milliseconds. */

export type Span = { from: number; to: number };

const DAY = 86_400_000;
const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

const day = (year: number, month: number, date: number): Span => ({
  from: Date.UTC(year, month, date),
  to: Date.UTC(year, month, date) + DAY,
});
const month = (year: number, index: number): Span => ({ from: Date.UTC(year, index, 1), to: Date.UTC(year, index + 1, 1) });
const year = (number: number): Span => ({ from: Date.UTC(number, 0, 1), to: Date.UTC(number + 1, 0, 1) });

/** The phrases that are offered before anything is typed. */
export const offered = ["today", "yesterday", "last week", "last month", "this year", "last year"];

function relative(text: string, now: Date): Span | null {
  const [y, m, d] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const monday = d - ((now.getDay() + 6) % 7);
  switch (text) {
    case "today":
      return day(y, m, d);
    case "yesterday":
      return day(y, m, d - 1);
    case "this week":
      return { from: Date.UTC(y, m, monday), to: Date.UTC(y, m, monday + 7) };
    case "last week":
      return { from: Date.UTC(y, m, monday - 7), to: Date.UTC(y, m, monday) };
    case "this month":
      return month(y, m);
    case "last month":
      return month(y, m - 1);
    case "this year":
      return year(y);
    case "last year":
      return year(y - 1);
    default:
      return null;
  }
}

/** A real date only: the 31st of February is none. */
function exactDay(y: number, m: number, d: number): Span | null {
  const found = day(y, m, d);
  return new Date(found.from).getUTCMonth() === m ? found : null;
}

/** The span that a phrase means, or `null`: "2019", "2019-05", "14 May 2019", "may 2019", "last month". */
export function spanOf(phrase: string, now = new Date()): Span | null {
  const text = phrase.trim().toLowerCase().replaceAll("_", " ");
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text);
  if (iso) {
    const [y, m, d] = iso.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
    if (y === undefined || y < 1900 || y > 2200) return null;
    if (m === undefined) return year(y);
    if (m < 1 || m > 12) return null;
    return d === undefined ? month(y, m - 1) : exactDay(y, m - 1, d);
  }
  const named = /^(?:(\d{1,2})\.? )?([a-z]{3,9})\.? (\d{4})$/.exec(text);
  if (named) {
    const index = MONTHS.findIndex((name) => name.startsWith(named[2] ?? ""));
    if (index < 0) return null;
    return named[1] === undefined ? month(Number(named[3]), index) : exactDay(Number(named[3]), index, Number(named[1]));
  }
  return relative(text, now);
}

/** The shortest way to write an instant that `instantOf` reads back. */
export function writeInstant(ms: number): string {
  const iso = new Date(ms).toISOString();
  return ms % DAY === 0 ? iso.slice(0, 10) : iso.replace(/:00\.000Z$/, "Z").replace(/\.000Z$/, "Z");
}

export function instantOf(text: string): number | null {
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/.test(text) ? text.replace("Z", ":00Z") : text);
  return Number.isNaN(ms) ? null : ms;
}
