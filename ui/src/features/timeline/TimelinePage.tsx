import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { useFilter, useSelection } from "@/app/filter/useFilter";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Failed, Skeleton } from "@/components/States";
import type { Bucket } from "@/generated/types";
import { useListKeys } from "../item/useListKeys";
import { NothingHere } from "../search/NothingHere";
import { DayStory } from "./DayStory";
import { sameDayElsewhere } from "./days";
import { useDayKeys } from "./useDayKeys";
import { useScrubbing } from "./useScrubbing";

/** Every day that holds something under the filter, newest first; a day is fetched when it comes into view. */
export function TimelinePage() {
  const { filter } = useFilter();
  const { data, error, refetch, isFetching } = engine.useTimelineQuery({ filter, by: "day" });
  if (error && !isFetching) return <Failed className="m-4" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={14} label="Loading the timeline" />;
  if (data.buckets.length === 0) return <NothingHere />;
  return (
    <>
      <h1 className="sr-only">Timeline</h1>
      <Days buckets={data.buckets} />
    </>
  );
}

/** Quicker than this, days fly past and nobody reads them, in pixels a millisecond. */
const FLYING = 4;

/** A guess at a day's height until it is drawn, in pixels. */
const guess = ({ count }: Bucket): number => 60 + Math.min(count, 14) * 24;

/** The items that are drawn, from top to bottom: the elements themselves stand in no order. Folded ones are passed over. */
function drawnItems(scroller: HTMLElement | null): string[] {
  const rows = [...(scroller?.querySelectorAll<HTMLElement>('[id^="row-"]') ?? [])];
  return rows
    .map((row) => ({ id: row.id.slice("row-".length), top: row.getBoundingClientRect().top }))
    .sort((one, other) => one.top - other.top)
    .map(({ id }) => id);
}

function Days({ buckets }: { buckets: Bucket[] }) {
  const { filter } = useFilter();
  const { selected, select } = useSelection();
  const days = useMemo(() => [...buckets].reverse(), [buckets]);
  const scroller = useRef<HTMLElement>(null);
  const flight = useRef({ offset: 0, at: 0, flying: false });
  const virtual = useVirtualizer({
    count: days.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guess(days[index] as Bucket),
    getItemKey: (index) => days[index]?.key ?? index,
    overscan: 6,
    onChange: (list) => {
      const [offset, at] = [list.scrollOffset ?? 0, performance.now()];
      const { offset: before, at: since } = flight.current;
      if (offset !== before) flight.current = { offset, at, flying: Math.abs(offset - before) > FLYING * Math.max(1, at - since) };
      else if (!list.isScrolling) flight.current.flying = false;
    },
  });
  const drawn = virtual.getVirtualItems();
  const first = drawn.find((item) => item.end > (virtual.scrollOffset ?? 0) + 8)?.index ?? 0;
  useListKeys(() => drawnItems(scroller.current));
  useDayKeys(first, days.length, (index) => virtual.scrollToIndex(index, { align: "start" }));
  // A new filter is a new list, and is read from its top.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is what counts
  useEffect(() => {
    virtual.scrollToOffset(0);
  }, [filter]);

  useScrubbing(days, first, (index) => virtual.scrollToIndex(index, { align: "start" }));

  const goTo = (key: string) => {
    const index = days.findIndex((day) => day.key === key);
    if (index >= 0) virtual.scrollToIndex(index, { align: "start" });
  };

  return (
    <section
      ref={scroller}
      aria-label="Timeline"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="@container min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      <div className="relative mx-auto max-w-3xl" style={{ height: virtual.getTotalSize() }}>
        {drawn.map((item) => {
          const day = days[item.index] as Bucket;
          return (
            <div
              key={item.key}
              data-index={item.index}
              ref={virtual.measureElement}
              className="absolute inset-x-0"
              // Placed, not moved by a transform: the day's heading sticks where layout says it is.
              style={{ top: item.start }}
            >
              <DayStory
                day={day}
                filter={filter}
                waiting={virtual.isScrolling && flight.current.flying}
                elsewhere={sameDayElsewhere(buckets, day.key)}
                selected={selected}
                onOpen={({ id }) => select(id)}
                onDay={goTo}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}
