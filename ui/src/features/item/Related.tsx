import type { Row } from "@/generated/types";
import { ItemRow } from "./ItemRow";
import { Section } from "./Section";

type Props = { title: string; rows: Row[]; current: Pick<Row, "id" | "at">; onOpen: (id: string) => void };

/** Rows that belong to an item, when there are others than itself. */
export function Related({ title, rows, current, onOpen }: Props) {
  if (rows.every(({ id }) => id === current.id)) return null;
  return (
    <Section title={title}>
      <ul aria-label={title} className="@container -mx-2 flex flex-col">
        {rows.map((row) => (
          <li key={row.id}>
            <ItemRow row={row} dated beside={current.at ?? undefined} selected={row.id === current.id} onOpen={({ id }) => onOpen(id)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
