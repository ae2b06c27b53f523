import { bytes, count, utcDay } from "@/app/format";
import { type Column, Table } from "@/components/Table";
import type { PlanFate, PlanProduct, Sensitivity } from "@/generated/types";

const fates: Record<PlanFate, string> = {
  import: "",
  empty: "nothing in it",
  ignored: "brings nothing",
  set_aside: "not known: kept by name",
  refused: "cannot be read",
};

const sensitive: Record<Sensitivity, string> = { health: "your health", money: "what you bought" };

type Props = { products: PlanProduct[]; left: string[]; onToggle: (importer: string) => void };

/** A line a product. Lines of one importer are taken or left together. */
export function PlanTable({ products, left, onToggle }: Props) {
  const columns: Column<PlanProduct>[] = [
    {
      head: "Take",
      cell: ({ importer, label, fate }) =>
        fate === "import" && (
          <input
            type="checkbox"
            className="accent-accent"
            aria-label={`Take ${label}`}
            checked={!left.includes(importer)}
            onChange={() => onToggle(importer)}
          />
        ),
    },
    {
      head: "Product",
      wide: true,
      cell: ({ label, fate, sensitive: reason }) => (
        <>
          <span className="font-medium">{label}</span>
          {reason && <span className="text-faint"> {sensitive[reason]}</span>}
          {fates[fate] && <span className="text-faint"> {fates[fate]}</span>}
        </>
      ),
    },
    { head: "Files", cell: ({ files }) => count(files), right: true },
    { head: "Size", cell: ({ bytes: size }) => bytes(size), right: true },
    {
      head: "Records",
      cell: ({ records, fate, exact }) => (fate === "import" ? `${exact ? "" : "≈ "}${count(records)}` : ""),
      right: true,
    },
    ...(products.some(({ known }) => known != null)
      ? [{ head: "Known", cell: ({ known }: PlanProduct) => (known == null ? "" : count(known)), right: true }]
      : []),
    {
      head: "Dates",
      // What was read as a sample may begin earlier and end later.
      cell: ({ first_ms, last_ms, exact }) =>
        first_ms != null && last_ms != null ? `${utcDay(first_ms)} – ${utcDay(last_ms)}${exact ? "" : ", and beyond"}` : "",
    },
  ];
  return <Table label="Plan" columns={columns} rows={products} rowKey={({ importer, label, fate }) => `${importer}:${label}:${fate}`} />;
}
