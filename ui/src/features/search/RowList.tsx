import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useSelection } from "@/app/filter/useFilter";
import type { Hit, Row } from "@/generated/types";
import { ItemRow } from "../item/ItemRow";
import { useListKeys } from "../item/useListKeys";

type Props = {
  label: string;
  rows: (Row | Hit)[];
  /** Called when the end comes near. */
  onEnd?: () => void;
  footer?: ReactNode;
};

/** The height of a row of one line, in pixels. */
const ROW = 24;
/** So near to its end a list asks for more, in rows. */
const NEAR_END = 40;

/** A long list of items; only what is seen is drawn. */
export function RowList({ label, rows, onEnd, footer }: Props) {
  const { selected, select } = useSelection();
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  useListKeys(
    () => rows.map(({ id }) => id),
    (index) => virtual.scrollToIndex(index, { align: "auto" }),
  );
  const drawn = virtual.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - NEAR_END) onEnd?.();
  }, [last, rows.length, onEnd]);

  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="@container min-h-0 flex-1 overflow-y-auto px-1 py-1 focus-visible:-outline-offset-2"
    >
      <ol aria-label={label} className="relative" style={{ height: virtual.getTotalSize() }}>
        {drawn.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={item.key}
              data-index={item.index}
              ref={virtual.measureElement}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <ItemRow
                row={row}
                dated
                why={"why" in row ? row.why : undefined}
                same={"same" in row ? row.same.length : 0}
                selected={row.id === selected}
                onOpen={({ id }) => select(id)}
              />
            </li>
          );
        })}
      </ol>
      {footer}
    </section>
  );
}
