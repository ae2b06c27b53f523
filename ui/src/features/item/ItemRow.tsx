import { clockTime, duration, fullMoment, shortDay } from "@/app/format";
import { sourceLabel } from "@/app/kinds";
import { classes } from "@/components/classes";
import { fromMark, Marked } from "@/components/Marked";
import type { Kind, Row } from "@/generated/types";
import { KindIcon } from "./KindIcon";

type Props = {
  row: Row;
  selected: boolean;
  onOpen: (row: Row) => void;
  /** Why it is here, when it was found. */
  why?: string[];
  /** How many others say the same. */
  same?: number;
  /** Whether the day stands beside the time, at the end; a row of a day begins with its time. */
  dated?: boolean;
  /** The moment of what it stands beside: of the same day, its clock says more than its date. */
  beside?: string | undefined;
};

/** The look of every row that a list of items has: one line where there is room, two where there is not. */
export const rowLook = "flex w-full items-baseline gap-2 rounded-md px-2 py-0.5 text-left transition-colors duration-100";
/** The place of the time at a row's beginning. */
export const timeLook = "tabular min-w-9 shrink-0 whitespace-nowrap text-right text-faint";

/** Length of "2019-05-14". */
const DATE = 10;

/** What one asks of how long it was. */
const lasting: ReadonlySet<Kind> = new Set(["visit", "trip", "event", "workout", "call"]);

/** A snippet without the title at its beginning, which stands before it already. */
function withoutTitle(snippet: string, title: string): string {
  if (title === "" || !snippet.startsWith(`${title} `)) return snippet;
  return snippet.slice(title.length).trimStart();
}

/** One item. It needs an ancestor that is a container, whose width it follows. */
export function ItemRow({ row, selected, onOpen, why, same = 0, dated = false, beside }: Props) {
  const { title, who } = row;
  const snippet = withoutTitle(row.snippet, title);
  const isSameDay = beside !== undefined && row.at?.slice(0, DATE) === beside.slice(0, DATE);
  return (
    <button
      type="button"
      id={`row-${row.id}`}
      aria-current={selected || undefined}
      onClick={() => onOpen(row)}
      className={classes(rowLook, selected ? "bg-wash" : "hover:bg-sunken")}
    >
      {!dated && (
        <time dateTime={row.at ?? undefined} title={row.at ? fullMoment(row.at) : undefined} className={timeLook}>
          {row.at && clockTime(row.at)}
        </time>
      )}
      <KindIcon kind={row.kind} className="size-4 self-start mt-0.5" />
      <span className="flex min-w-0 flex-1 flex-col @md:flex-row @md:items-baseline @md:gap-2">
        <span className="truncate font-medium @md:max-w-[60%] @md:shrink-0">{title || "Untitled"}</span>
        {who && who !== title && who !== snippet && <span className="hidden max-w-40 shrink-0 truncate text-soft @2xl:inline">{who}</span>}
        {snippet && snippet !== title && (
          <span className="min-w-0 truncate text-soft">
            <Marked text={fromMark(snippet)} />
          </span>
        )}
      </span>
      {same > 0 && (
        <span className="shrink-0 text-[11px] text-faint" title={`${same} more say the same`}>
          +{same}
        </span>
      )}
      {why && why.length > 0 && (
        <span className="hidden shrink-0 gap-x-2 text-[11px] text-faint @3xl:flex">
          <span>{sourceLabel(row.source)}</span>
          {why.map((reason) => (
            <span key={reason}>{reason}</span>
          ))}
        </span>
      )}
      {!dated && lasting.has(row.kind) && <Lasted row={row} />}
      {dated && row.at && (
        <time dateTime={row.at} title={fullMoment(row.at)} className="tabular shrink-0 text-right text-faint">
          {isSameDay ? clockTime(row.at) : shortDay(row.at)}
          {!isSameDay && <span className="hidden pl-2 @xl:inline">{clockTime(row.at)}</span>}
        </time>
      )}
    </button>
  );
}

function Lasted({ row: { at_ms, until_ms } }: { row: Row }) {
  if (at_ms == null || until_ms == null || until_ms <= at_ms) return null;
  return <span className="tabular shrink-0 text-faint">{duration((until_ms - at_ms) / 1000)}</span>;
}
