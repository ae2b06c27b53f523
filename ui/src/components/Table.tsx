import { Fragment, type ReactNode } from "react";
import { classes } from "./classes";

export type Column<T> = { head: string; cell: (row: T) => ReactNode; right?: boolean; wide?: boolean };

type Props<T> = {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  /** What stands under a row, as wide as the table; nothing for most rows. */
  below?: (row: T) => ReactNode;
};

/** A table of plain cells; it scrolls sideways in itself when it must. */
export function Table<T>({ label, columns, rows, rowKey, below }: Props<T>) {
  const align = (column: Column<T>) => (column.right ? "text-right tabular" : "text-left");
  return (
    <section
      aria-label={`${label}, scrolls sideways`}
      className="shrink-0 overflow-x-auto" // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table aria-label={label} className="w-full border-collapse">
        <thead>
          <tr className="border-line border-b text-soft">
            {columns.map((column) => (
              <th
                key={column.head}
                scope="col"
                className={classes("whitespace-nowrap px-2 py-1 font-medium first:pl-0 last:pr-0", align(column))}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const more = below?.(row);
            return (
              <Fragment key={rowKey(row)}>
                <tr className={classes("border-line align-top last:border-b-0", !more && "border-b")}>
                  {columns.map((column) => (
                    <td
                      key={column.head}
                      className={classes(
                        "px-2 py-1 first:pl-0 last:pr-0",
                        column.wide ? "min-w-40 wrap-anywhere" : "whitespace-nowrap",
                        align(column),
                      )}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
                {more && (
                  <tr className="border-line border-b last:border-b-0">
                    <td colSpan={columns.length} className="pb-2 pl-4">
                      <div className="sticky left-4 max-w-[calc(100vw-4rem)]">{more}</div>
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
