import { lazy, Suspense, useState } from "react";
import { measure } from "@/app/format";
import { Button } from "@/components/Button";
import { Skeleton } from "@/components/States";
import { Table } from "@/components/Table";
import type { Computed, ComputedRow } from "@/generated/types";

const BarChart = lazy(() => import("@/components/BarChart").then(({ BarChart }) => ({ default: BarChart })));

/** Parts shown beside the chart before one asks for all. */
const SHOWN = 8;

/** A number that the database computed, its parts, and the query that computed it. */
export function ComputedView({ computed: { label, value, unit, rows, query } }: { computed: Computed }) {
  const [all, setAll] = useState(false);
  const [shown, setShown] = useState(false);
  const parts = all ? rows : rows.slice(0, SHOWN);
  return (
    <section aria-label="Computed" className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <p className="flex items-baseline gap-2">
        <span data-testid="computed-value" className="tabular font-semibold text-[24px] leading-8">
          {measure(value, unit)}
        </span>
        <span className="text-soft">{[unit, label].filter(Boolean).join(" · ")}</span>
      </p>
      {rows.length > 1 && (
        <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_minmax(240px,300px)]">
          <Suspense fallback={<Skeleton lines={5} label="Drawing" />}>
            <BarChart
              label={`${label} by part`}
              bars={rows.map(({ key, value: part }) => ({ name: key, value: part }))}
              format={(part) => measure(part, unit)}
            />
          </Suspense>
          <Table<ComputedRow>
            label="Parts"
            columns={[
              { head: "Part", cell: ({ key }) => key, wide: true },
              { head: unit || label, cell: (row) => measure(row.value, unit), right: true },
            ]}
            rows={parts}
            rowKey={({ key }) => key}
          />
        </div>
      )}
      <div className="-ml-3 flex gap-2">
        {rows.length > SHOWN && (
          <Button look="plain" onClick={() => setAll(!all)}>
            {all ? "Fewer parts" : `All ${rows.length} parts`}
          </Button>
        )}
        <Button look="plain" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? "Hide the query" : "Show the query"}
        </Button>
      </div>
      {shown && <pre className="overflow-x-auto whitespace-pre-wrap rounded-lg bg-sunken p-2 font-mono text-[11px] leading-4">{query}</pre>}
    </section>
  );
}
