import { useMemo } from "react";
import { useFilter } from "@/app/filter/useFilter";
import { longDay, plural } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Skeleton } from "@/components/States";
import type { Bucket, Filter, Row } from "@/generated/types";
import { filterOfDay } from "./days";
import { EntryLine } from "./EntryLine";
import { KindBar } from "./KindBar";
import { storyOf } from "./story";

/** Items of a day that are told; the rest is in the list. */
const MOST = 1000;
const DAY = 86_400_000;

type Props = {
  day: Bucket;
  filter: Filter;
  /** While the list flies past, days that are not at hand are not asked for. */
  waiting: boolean;
  elsewhere: Bucket[];
  selected: string | undefined;
  onOpen: (row: Row) => void;
  onDay: (key: string) => void;
};

/** A day as a story. */
export function DayStory({ day, filter, waiting, elsewhere, selected, onOpen, onDay }: Props) {
  const request = { filter: filterOfDay(filter, day), order: "oldest" as const, limit: MOST };
  const cached = engine.endpoints.list.useQueryState(request).data !== undefined;
  const { data, error, refetch } = engine.useListQuery(request, { skip: waiting && !cached });
  const { setFilter } = useFilter();
  const rows = useMemo(() => data?.rows.filter((row) => row.at?.startsWith(day.key)) ?? [], [data, day.key]);
  const entries = useMemo(() => storyOf(rows), [rows]);
  const heading = `day-${day.key}`;

  return (
    <section aria-labelledby={heading} className="px-2 pb-5 sm:px-4">
      <div className="sticky top-0 z-10 flex flex-wrap items-baseline gap-x-3 border-line border-b bg-paper px-2 pt-3 pb-1">
        <h2 id={heading} className="font-semibold text-[14px]">
          {longDay(day.key)}
        </h2>
        <span className="hidden self-center sm:flex">
          <KindBar counts={day.by_kind} />
        </span>
        <span className="tabular ml-auto text-faint">{plural(day.count, "item")}</span>
      </div>
      {elsewhere.length > 0 && <OnThisDay elsewhere={elsewhere} onDay={onDay} />}
      {error && <Failed className="mt-2" failure={asFailure(error)} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton lines={Math.min(day.count, 8)} label={`Loading ${longDay(day.key)}`} />}
      <ol aria-label={longDay(day.key)} className="flex flex-col pt-1">
        {entries.map((entry) => (
          <EntryLine key={keyOf(entry)} entry={entry} selected={selected} onOpen={onOpen} />
        ))}
      </ol>
      {data?.next && (
        <Button look="plain" onClick={() => setFilter({ ...filter, from: day.from_ms, to: day.from_ms + DAY }, { to: "/search" })}>
          This day holds more: show it as a list
        </Button>
      )}
    </section>
  );
}

function keyOf(entry: ReturnType<typeof storyOf>[number]): string {
  if (entry.type === "gap") return `gap-${entry.from}`;
  return entry.type === "item" ? entry.row.id : `${entry.type}-${entry.rows[0]?.id}`;
}

/** The years shown on the quiet line. */
const YEARS = 6;

function OnThisDay({ elsewhere, onDay }: { elsewhere: Bucket[]; onDay: (key: string) => void }) {
  return (
    <p className="px-2 pt-1 text-faint">
      On this day in{" "}
      {elsewhere.slice(-YEARS).map(({ key, count }, index) => (
        <span key={key}>
          {index > 0 && ", "}
          <button type="button" title={plural(count, "item")} className="hover:text-accent hover:underline" onClick={() => onDay(key)}>
            {key.slice(0, 4)}
          </button>
        </span>
      ))}
    </p>
  );
}
