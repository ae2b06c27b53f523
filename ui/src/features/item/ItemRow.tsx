import { clockTime, fullMoment, shortDay } from "@/app/format";
import { sourceLabel } from "@/app/kinds";
import { classes } from "@/components/classes";
import { Marked } from "@/components/Marked";
import type { Row } from "@/generated/types";
import { KindIcon } from "./KindIcon";

type Props = {
  row: Row;
  selected: boolean;
  onOpen: (row: Row) => void;
  /** Why it is here, when it was found. */
  why?: string[];
  /** Whether the day stands beside the time. */
  dated?: boolean;
};

/** One item on one or two dense lines. */
export function ItemRow({ row, selected, onOpen, why, dated = false }: Props) {
  const place = row.place?.name;
  return (
    <button
      type="button"
      id={`row-${row.id}`}
      aria-current={selected || undefined}
      onClick={() => onOpen(row)}
      className={classes(
        "flex w-full items-start gap-2 rounded-lg px-2 py-1 text-left transition-colors duration-100",
        selected ? "bg-wash" : "hover:bg-sunken",
      )}
    >
      <KindIcon kind={row.kind} className="mt-0.5 size-4" />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="truncate font-medium">{row.title || "Untitled"}</span>
          {place && <span className="hidden shrink truncate text-faint sm:inline">{place}</span>}
        </span>
        {row.snippet && row.snippet !== row.title && (
          <span className="line-clamp-2 text-soft wrap-anywhere">
            <Marked text={row.snippet} />
          </span>
        )}
        {why && why.length > 0 && (
          <span className="flex flex-wrap gap-x-2 text-[11px] text-faint">
            <span>{sourceLabel(row.source)}</span>
            {why.map((reason) => (
              <span key={reason}>{reason}</span>
            ))}
          </span>
        )}
      </span>
      {row.at && (
        <time dateTime={row.at} title={fullMoment(row.at)} className="tabular shrink-0 text-right text-faint">
          {dated && <span className="block">{shortDay(row.at)}</span>}
          <span className={dated ? "block text-[11px]" : ""}>{clockTime(row.at)}</span>
        </time>
      )}
    </button>
  );
}
