import type { Bar } from "./Scrubber";

export type View = { from: number; to: number };
type Size = { width: number; height: number };
type Drawn = { bars: Bar[]; width: number; view: View; selected: View | null; at: number | null };

/** Room for the years under the bars, in pixels. */
const SCALE = 14;
const DAY = 86_400_000;

export const xOf = (time: number, width: number, view: View): number => ((time - view.from) / (view.to - view.from)) * width;
export const timeAt = (x: number, width: number, view: View): number => view.from + (x / width) * (view.to - view.from);

/** Draws the density, the marks of time under it, and the selected span. */
export function drawScrubber(canvas: HTMLCanvasElement, size: Size, { bars, width, view, selected, at }: Drawn): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const floor = size.height - SCALE;

  if (selected) {
    const from = xOf(selected.from, size.width, view);
    const wide = xOf(selected.to, size.width, view) - from;
    context.fillStyle = colour(wide < 4 ? "--accent" : "--wash");
    context.fillRect(from, 0, Math.max(3, wide), floor);
  }
  drawBars(context, floor, columnsOf(bars, width, size.width, view), (time) =>
    selected === null || (time >= selected.from && time < selected.to) ? colour("--accent") : colour("--faint"),
  );
  context.fillStyle = colour("--line");
  context.fillRect(0, floor, size.width, 1);
  if (at !== null) {
    context.fillStyle = colour("--ink");
    context.fillRect(Math.round(xOf(at, size.width, view)) - 1, 0, 2, floor);
  }
  drawScale(context, size, view, colour("--faint"));
}

type Column = { x: number; width: number; count: number; time: number };

/** Bars narrower than two pixels are summed into columns, so that drawing costs what the screen is wide. */
function columnsOf(bars: Bar[], length: number, width: number, view: View): Column[] {
  const barWidth = Math.max(2, xOf(view.from + length, width, view));
  const columns = new Map<number, Column>();
  for (const { from, count } of bars) {
    const x = xOf(from, width, view);
    if (x + barWidth < 0 || x > width) continue;
    const slot = Math.round(x / barWidth);
    const known = columns.get(slot);
    if (known) known.count += count;
    else columns.set(slot, { x, width: Math.max(1, barWidth - 1), count, time: from + length / 2 });
  }
  return [...columns.values()];
}

function drawBars(context: CanvasRenderingContext2D, floor: number, columns: Column[], colour: (time: number) => string): void {
  const most = Math.max(1, ...columns.map(({ count }) => count));
  for (const column of columns) {
    // The root keeps quiet years visible beside loud ones.
    const height = Math.max(1.5, Math.sqrt(column.count / most) * (floor - 3));
    context.fillStyle = colour(column.time);
    context.fillRect(column.x, floor - height, column.width, height);
  }
}

/** The steps of the scale, from years to days. */
const steps = [
  { days: 365 * 10, format: { year: "numeric" } },
  { days: 365 * 5, format: { year: "numeric" } },
  { days: 365, format: { year: "numeric" } },
  { days: 91, format: { month: "short", year: "numeric" } },
  { days: 30, format: { month: "short", year: "numeric" } },
  { days: 7, format: { day: "numeric", month: "short" } },
  { days: 1, format: { day: "numeric", month: "short" } },
] as const;

function drawScale(context: CanvasRenderingContext2D, size: Size, view: View, colour: string): void {
  const perDay = size.width / ((view.to - view.from) / DAY);
  const step = steps.findLast(({ days }) => days * perDay > 64) ?? steps[0];
  const format = new Intl.DateTimeFormat(undefined, { ...step.format, timeZone: "UTC" });
  context.fillStyle = colour;
  context.font = '10px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = "bottom";
  for (const time of marks(view, step.days)) {
    const x = xOf(time, size.width, view);
    context.fillRect(x, size.height - SCALE, 1, 4);
    const label = format.format(time);
    if (x + 3 + context.measureText(label).width <= size.width) context.fillText(label, x + 3, size.height);
  }
}

/** The beginnings of calendar steps inside the view. */
function marks(view: View, days: number): number[] {
  const found: number[] = [];
  const start = new Date(view.from);
  const add = (time: number) => time >= view.from && time <= view.to && found.push(time);
  if (days >= 365) {
    const years = Math.round(days / 365);
    for (let year = Math.floor(start.getUTCFullYear() / years) * years; Date.UTC(year, 0) <= view.to; year += years) add(Date.UTC(year, 0));
  } else if (days >= 30) {
    const months = days >= 91 ? 3 : 1;
    for (let month = 0; Date.UTC(start.getUTCFullYear(), month) <= view.to; month += months) add(Date.UTC(start.getUTCFullYear(), month));
  } else {
    const first = Math.ceil(view.from / DAY) * DAY;
    for (let time = first; time <= view.to; time += days * DAY) add(time);
  }
  return found;
}
