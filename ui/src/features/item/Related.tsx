import type { Row } from "@/generated/types";
import { ItemRow } from "./ItemRow";
import { Section } from "./Section";

type Props = { title: string; rows: Row[]; current: string; onOpen: (id: string) => void };

/** Rows that belong to an item, when there are others than itself. */
export function Related({ title, rows, current, onOpen }: Props) {
  if (rows.every(({ id }) => id === current)) return null;
  return (
    <Section title={title}>
      <ul aria-label={title} className="@container -mx-2 flex flex-col">
        {rows.map((row) => (
          <li key={row.id}>
            <ItemRow row={row} dated selected={row.id === current} onOpen={({ id }) => onOpen(id)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
