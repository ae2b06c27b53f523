import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { bytes, count, plural, shortDay } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Note, Skeleton } from "@/components/States";
import { type Column, Table } from "@/components/Table";
import type { PlanProduct } from "@/generated/types";
import { Findings } from "./Findings";

type Props = { paths: string[]; onDone: () => void };

/** What an import would bring, before anything is written; what is not wanted is unticked. */
export function PlanReview({ paths, onDone }: Props) {
  const { data: plan, error, refetch, isFetching } = engine.usePlan_importQuery({ paths }, { refetchOnMountOrArgChange: true });
  const [start, { isLoading, error: refusal }] = engine.useStart_importMutation();
  const [left, setLeft] = useState<string[]>([]);
  const navigate = useNavigate();

  if (error && !isFetching) return <Failed className="m-4" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (plan === undefined || isFetching) return <Skeleton lines={8} label="Looking into it" />;

  const wanted = plan.products.filter(({ importer }) => !left.includes(importer));
  const toggle = (importer: string) => setLeft(left.includes(importer) ? left.filter((one) => one !== importer) : [...left, importer]);
  const begin = async () => {
    const only = left.length === 0 ? [] : wanted.map(({ importer }) => importer);
    const started = await start({ paths, only });
    if (started.data === undefined) return;
    onDone();
    void navigate({ to: "/sources" });
  };
  const columns: Column<PlanProduct>[] = [
    {
      head: "Take",
      cell: ({ importer, label }) => (
        <input type="checkbox" className="accent-accent" aria-label={`Take ${label}`} checked={!left.includes(importer)} onChange={() => toggle(importer)} />
      ),
    },
    { head: "Product", cell: ({ label }) => <span className="font-medium">{label}</span>, wide: true },
    { head: "Files", cell: ({ files }) => count(files), right: true },
    { head: "Size", cell: ({ bytes: size }) => bytes(size), right: true },
    { head: "Records", cell: ({ records }) => count(records), right: true },
    { head: "New", cell: ({ new: fresh }) => count(fresh), right: true },
    { head: "Known", cell: ({ known }) => count(known), right: true },
    { head: "Dates", cell: ({ first, last }) => (first && last ? `${shortDay(first)} – ${shortDay(last)}` : "") },
  ];
  const short = plan.disk_needed > plan.disk_free;

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">
        <Findings findings={plan.findings} />
        {plan.products.length > 0 ? (
          <Table label="Plan" columns={columns} rows={plan.products} rowKey={({ importer }) => importer} />
        ) : (
          <Note tone="warn">Nothing in it is known to Datapunk. Its files would be kept in the ledger and found by their names.</Note>
        )}
        <Note tone={short ? "warn" : "plain"}>
          Needs about {bytes(plan.disk_needed)} of disk; {bytes(plan.disk_free)} are free. Nothing has been written yet.
        </Note>
        {refusal && <Failed failure={asFailure(refusal)} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-line border-t p-3">
        <Button look="quiet" onClick={onDone}>
          Not now
        </Button>
        <Button look="solid" disabled={wanted.length === 0 || isLoading} onClick={() => void begin()}>
          {isLoading ? "Starting…" : `Import ${plural(wanted.reduce((sum, { records }) => sum + records, 0), "record")}`}
        </Button>
      </div>
    </div>
  );
}
