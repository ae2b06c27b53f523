/** How numbers, sizes, times and spans are written: by the person's locale, in tabular forms where they stand in columns. */

const number = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

export const count = (value: number): string => number.format(value);
export const shortCount = (value: number): string => (Math.abs(value) < 10_000 ? number.format(value) : compact.format(value));
export const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** A measured value; of money, which has a currency for its unit, no cent is left out. */
export function measure(value: number, unit = ""): string {
  if (/^[A-Z]{3}$/.test(unit))
    return new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 }).format(value);
}

export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0 }).format(size)} ${units[unit]}`;
}

/** A length of time, coarsely: "4 h 10 min", "12 s". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** A wall clock as it stood where it happened: the parts of an RFC 3339 time, its offset left out of the reckoning. */
export function wallClock(at: string): Date {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(at);
  if (match === null) return new Date(Number.NaN);
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0));
}

const formats = {
  time: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" }),
  day: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  longDay: new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" }),
  full: new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short", timeZone: "UTC" }),
};

const written = (format: Intl.DateTimeFormat, date: Date): string => (Number.isNaN(date.getTime()) ? "" : format.format(date));

export const clockTime = (at: string): string => written(formats.time, wallClock(at));
export const shortDay = (at: string): string => written(formats.day, wallClock(at));
export const longDay = (at: string): string => written(formats.longDay, wallClock(at));
export const fullMoment = (at: string): string => written(formats.full, wallClock(at));
export const utcDay = (ms: number): string => written(formats.day, new Date(ms));
export const utcMonth = (ms: number): string => written(formats.month, new Date(ms));
/** The moment on this machine's clock, for things that the program did. */
export const machineMoment = (at: string | number): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

/** The day of the moment on this machine's clock. */
export const machineDay = (at: string | number): string => new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(new Date(at));

/** "+01:00" for 60. */
export function offset(minutes: number): string {
  const sign = minutes < 0 ? "−" : "+";
  const size = Math.abs(minutes);
  return `UTC${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
}

/** A span of UTC milliseconds in as few words as it needs; `to` is not part of it. */
export function span(from: number | null | undefined, to: number | null | undefined): string {
  if (from == null && to == null) return "all time";
  if (from == null) return `until ${utcDay((to ?? 0) - 1)}`;
  if (to == null) return `since ${utcDay(from)}`;
  const first = utcDay(from);
  const last = utcDay(to - 1);
  return first === last ? first : `${first} – ${last}`;
}
