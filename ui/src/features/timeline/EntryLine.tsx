import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { clockTime, plural } from "@/app/format";
import { kinds } from "@/app/kinds";
import type { Kind, Row } from "@/generated/types";
import { ItemRow, rowLook, timeLook } from "../item/ItemRow";
import { KindIcon } from "../item/KindIcon";
import type { Entry } from "./story";

type Props = { entry: Entry; selected: string | undefined; onOpen: (row: Row) => void };

/** One line of a day's story. */
export function EntryLine({ entry, selected, onOpen }: Props) {
  switch (entry.type) {
    case "item":
      return (
        <li>
          <ItemRow row={entry.row} selected={entry.row.id === selected} onOpen={onOpen} />
        </li>
      );
    case "gap":
      return (
        <li className="tabular ml-[3.75rem] border-line border-l border-dashed py-0.5 pl-4 text-faint">
          {clockTime(entry.from)}–{clockTime(entry.to)} no data
        </li>
      );
    case "pictures":
      return (
        <Group
          rows={entry.rows}
          kind={entry.rows[0]?.kind ?? "photo"}
          title={pictureTitle(entry.rows)}
          selected={selected}
          onOpen={onOpen}
        />
      );
    case "thread":
      return (
        <Group
          rows={entry.rows}
          kind={entry.rows[0]?.kind ?? "message"}
          title={threadTitle(entry.rows)}
          selected={selected}
          onOpen={onOpen}
        />
      );
    case "run":
      return (
        <Group
          rows={entry.rows}
          kind={entry.kind}
          title={`${entry.rows.length} ${kinds[entry.kind].many}`}
          selected={selected}
          onOpen={onOpen}
        />
      );
  }
}

function pictureTitle(rows: Row[]): string {
  const videos = rows.filter(({ kind }) => kind === "video").length;
  const photos = rows.length - videos;
  return [photos > 0 && plural(photos, "photo"), videos > 0 && plural(videos, "video")].filter(Boolean).join(", ");
}

const threadTitle = (rows: Row[]): string =>
  `${rows[0]?.title || "Conversation"} · ${plural(rows.length, kinds[rows[0]?.kind ?? "message"].label.toLowerCase())}`;

type GroupProps = { rows: Row[]; kind: Kind; title: string; selected: string | undefined; onOpen: (row: Row) => void };

/** Several items as one line that unfolds; it is unfolded while one of them is selected. */
function Group({ rows, kind, title, selected, onOpen }: GroupProps) {
  const [unfolded, setUnfolded] = useState(false);
  const open = unfolded || rows.some(({ id }) => id === selected);
  const [first, last] = [clockTime(rows[0]?.at ?? ""), clockTime(rows.at(-1)?.at ?? "")];
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <li>
      <button type="button" aria-expanded={open} onClick={() => setUnfolded(!open)} className={`${rowLook} hover:bg-sunken`}>
        <span className={timeLook}>{first}</span>
        <KindIcon kind={kind} className="mt-0.5 size-4 self-start" />
        <span className="flex min-w-0 flex-1 flex-col @md:flex-row @md:items-baseline @md:gap-2">
          <span className="flex min-w-0 items-center gap-1 font-medium @md:max-w-[60%] @md:shrink-0">
            <span className="truncate">{title}</span>
            <Chevron aria-hidden className="size-3.5 shrink-0 text-faint" />
          </span>
          {!open && (
            <span className="min-w-0 truncate text-soft">{[...new Set(rows.map((row) => row.title))].filter(Boolean).join(" · ")}</span>
          )}
        </span>
        {last !== first && <span className="tabular shrink-0 text-faint">until {last}</span>}
      </button>
      {open && (
        <ul aria-label={title} className="ml-[3.25rem] border-line border-l pl-1">
          {rows.map((row) => (
            <li key={row.id}>
              <ItemRow row={row} selected={row.id === selected} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
