import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useFilter } from "@/app/filter/useFilter";
import { span } from "@/app/format";
import { useAppDispatch, useAppSelector } from "@/app/store";
import { momentWanted } from "@/app/surface";
import { engine } from "@/backend/engine";
import { IconButton } from "@/components/Button";
import { Scrubber } from "@/components/Scrubber";

const DAY = 86_400_000;
/** From this much on, months are enough; under it, days are drawn. */
const MONTHS_FROM = 4 * 365 * DAY;

type View = { from: number; to: number };

/** The density of a lifetime under the filter; dragging chooses the span of the filter, a click goes to a day. */
export function LifetimeScrubber() {
  const { filter, setFilter } = useFilter();
  const dispatch = useAppDispatch();
  const day = useAppSelector((state) => state.surface.day);
  const everything = useMemo(() => {
    const { from: _from, to: _to, ...rest } = filter;
    return rest;
  }, [filter]);
  const { data: narrowed } = engine.useTimelineQuery({ filter: everything, by: "month" });
  // A search also finds what holds some of the words only, or none; then the life behind it is drawn.
  const worded = narrowed?.total === 0 && Boolean(everything.text);
  const drawn = useMemo(() => (worded ? { ...everything, text: "" } : everything), [worded, everything]);
  const { data } = engine.useTimelineQuery({ filter: drawn, by: "month" });
  const whole = useMemo(() => viewOf(data?.buckets ?? []), [data]);
  const [view, setView] = useState<View | null>(null);
  const seen = view ?? whole;
  const close = seen !== null && seen.to - seen.from < MONTHS_FROM;
  const { data: byDay } = engine.useTimelineQuery({ filter: drawn, by: "day" }, { skip: !close });
  const buckets = (close ? byDay : undefined)?.buckets ?? data?.buckets ?? [];
  const daily = close && byDay !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another life is seen whole first
  useEffect(() => setView(null), [whole?.from, whole?.to]);

  const selected =
    filter.from == null && filter.to == null ? null : { from: filter.from ?? seen?.from ?? 0, to: filter.to ?? seen?.to ?? 0 };
  const choose = (chosen: View | null) => {
    if (chosen === null) setFilter(everything);
    else setFilter({ ...everything, from: Math.floor(chosen.from / DAY) * DAY, to: Math.ceil(chosen.to / DAY) * DAY });
  };

  if (seen === null) return <div className="h-16 shrink-0 border-line border-t" />;
  return (
    <footer className="relative h-16 shrink-0 border-line border-t px-3 pt-1 pb-0.5">
      <Scrubber
        label="Span of time"
        bars={buckets.map(({ from_ms, count }) => ({ from: from_ms, count }))}
        width={daily ? DAY : 30.4 * DAY}
        view={seen}
        selected={selected}
        at={day}
        spanText={(chosen) => span(chosen?.from, chosen?.to)}
        onView={setView}
        onSelect={choose}
        onPoint={(time) => (selected === null && day !== null ? dispatch(momentWanted(time)) : choose(null))}
      />
      {selected !== null && (
        <IconButton label="Clear the span" className="absolute top-1 right-3 bg-raised/80" onClick={() => choose(null)}>
          <X aria-hidden className="size-4" />
        </IconButton>
      )}
    </footer>
  );
}

/** All of it, with a margin of a fiftieth at both ends. */
function viewOf(buckets: { from_ms: number }[]): View | null {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) return null;
  const margin = Math.max(15 * DAY, (last.from_ms - first.from_ms) / 50);
  return { from: first.from_ms - margin, to: last.from_ms + 31 * DAY + margin };
}
