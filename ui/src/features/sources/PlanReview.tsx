import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { keepSearch } from "@/app/filter/useFilter";
import { bytes, duration, plural } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Note, Skeleton } from "@/components/States";
import type { Plan } from "@/generated/types";
import { Findings } from "./Findings";
import { PlanTable } from "./PlanTable";

type Props = { paths: string[]; onDone: () => void };

/** What an import would bring, before anything is written; what is not wanted is unticked. */
export function PlanReview({ paths, onDone }: Props) {
  const { data: plan, error, refetch, isFetching } = engine.usePlan_importQuery({ paths }, { refetchOnMountOrArgChange: true });
  const [start, { isLoading, error: refusal }] = engine.useStart_importMutation();
  const [left, setLeft] = useState<string[]>([]);
  const navigate = useNavigate();

  if (error && !isFetching) return <Failed className="m-4" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (plan === undefined || isFetching) {
    return (
      <>
        <p className="px-4 pt-4 text-soft">Looking what is in it. A large export takes up to a minute; nothing is written meanwhile.</p>
        <Skeleton lines={8} label="Looking into it" />
      </>
    );
  }

  const wanted = plan.products.filter(({ importer, fate }) => fate === "import" && !left.includes(importer));
  const records = wanted.reduce((sum, product) => sum + product.records, 0);
  const toggle = (importer: string) => setLeft(left.includes(importer) ? left.filter((one) => one !== importer) : [...left, importer]);
  const begin = async () => {
    const only = left.length === 0 ? [] : [...new Set(wanted.map(({ importer }) => importer))];
    const started = await start({ paths, only });
    if (started.data === undefined) return;
    onDone();
    void navigate({ to: "/sources", search: keepSearch });
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">
        <p className="text-soft wrap-anywhere">
          <span className="font-medium text-ink">{plan.label}</span>, {plural(plan.parts.length, "part")}, {plural(plan.files, "file")},{" "}
          {bytes(plan.bytes)}
        </p>
        <Findings findings={plan.findings} />
        {plan.products.some(({ sensitive, fate }) => sensitive != null && fate === "import") && (
          <Note>Some of it is about your health, or what you bought. Untick what you would rather not have in the vault.</Note>
        )}
        {plan.products.length > 0 && <PlanTable products={plan.products} left={left} onToggle={toggle} />}
        {wanted.length === 0 && left.length === 0 && (
          <Note tone="warn">Nothing in it is known to Datapunk. Its files would be kept in the ledger and found by their names.</Note>
        )}
        <Forecast plan={plan} />
        {refusal && <Failed failure={asFailure(refusal)} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-line border-t p-3">
        <Button look="quiet" onClick={onDone}>
          Not now
        </Button>
        <Button look="solid" disabled={isLoading || (wanted.length === 0 && left.length > 0)} onClick={() => void begin()}>
          {isLoading
            ? "Starting…"
            : wanted.length === 0
              ? "Keep its names"
              : `Import ${plan.exact ? "" : "about "}${plural(records, "record")}`}
        </Button>
      </div>
    </div>
  );
}

function Forecast({ plan }: { plan: Plan }) {
  const room = plan.free_bytes == null ? "how much is free cannot be told" : `${bytes(plan.free_bytes)} are free`;
  return (
    <Note tone={plan.fits ? "plain" : "warn"}>
      Takes about {duration(plan.seconds)} and {bytes(plan.needs_bytes)} of disk; {room}.{" "}
      {plan.fits ? "Nothing has been written yet." : "That is not enough: make room first, or take less."}
    </Note>
  );
}
