import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, Undo2 } from "lucide-react";
import { useState } from "react";
import { keepSearch } from "@/app/filter/useFilter";
import { count, duration, machineMoment } from "@/app/format";
import { ProgressView } from "@/app/ProgressView";
import { useStream } from "@/app/useStream";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Confirm } from "@/components/Confirm";
import { Page } from "@/components/Page";
import { Failed, Note, Skeleton } from "@/components/States";
import type { ImportReport, ImportTotals } from "@/generated/types";
import { FileTable } from "./FileTable";
import { Findings } from "./Findings";
import { ledgerSentence } from "./ledger";

/** States of an import that may have left something in its archive. */
const cutShort = new Set(["cancelled", "interrupted"]);

/** What an import did, file by file, and the way back. */
export function ReportPage() {
  const { import: number } = useParams({ from: "/sources/$import" });
  const { currentData: report, error, refetch, isFetching } = engine.useImport_reportQuery({ import: Number(number) });
  if (error && !isFetching) return <Failed className="m-4" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (report === undefined) return <Skeleton lines={10} label="Loading the report" />;
  return (
    <Page
      wide
      title={report.label}
      note={`Import ${report.import}, ${report.state}, ${machineMoment(report.started_ms)}, took ${duration(report.took_ms / 1000)}`}
      actions={
        <Link to="/sources" search={keepSearch} className="inline-flex h-8 items-center gap-1 rounded-lg px-2 text-soft hover:bg-sunken">
          <ArrowLeft aria-hidden className="size-4" />
          All imports
        </Link>
      }
    >
      <p className="text-[14px]">{ledgerSentence(report.totals)}</p>
      <Sum totals={report.totals} />
      {cutShort.has(report.state) && (
        <Note tone="warn">
          It did not come to its end. Import the archive again for the rest: what has come in already is only counted.
        </Note>
      )}
      <Findings findings={report.findings} />
      <Undo report={report} />
      <FileTable files={report.files} />
    </Page>
  );
}

function Sum({ totals }: { totals: ImportTotals }) {
  const parts = [
    ["Read", totals.read],
    ["New", totals.stored],
    ["Known", totals.merged],
    ["Skipped", totals.skipped],
    ["Set aside", totals.set_aside],
  ] as const;
  return (
    <section aria-label="Totals" className="flex flex-col gap-2">
      <dl className="flex flex-wrap gap-x-6 gap-y-2 sm:gap-x-8">
        {parts.map(([label, value]) => (
          <div key={label}>
            <dt className="text-faint">{label}</dt>
            <dd className="tabular font-semibold text-[16px]">{count(value)}</dd>
          </div>
        ))}
      </dl>
      <Note tone={totals.balanced ? "good" : "warn"}>
        {totals.balanced
          ? "It balances: every record that was read is new, known, skipped or set aside, in every file."
          : "It does not balance: some records that were read are not accounted for. Please keep the archive and report this."}
      </Note>
    </section>
  );
}

function Undo({ report }: { report: ImportReport }) {
  const [asking, setAsking] = useState(false);
  const { now, start } = useStream("undo");
  if (now.state === "done") {
    const { items_removed, items_kept, points_removed, took_ms } = now.answer;
    return (
      <Note tone="good">
        Taken back in {duration(took_ms / 1000)}: {count(items_removed)} items and {count(points_removed)} positions are gone;{" "}
        {count(items_kept)} stay, since another import saw them too.
      </Note>
    );
  }
  if (now.state === "running") return <ProgressView label="Taking the import back" progress={now.part} />;
  if (report.state === "undone" || report.state === "running") return null;
  return (
    <div className="flex flex-col gap-2">
      {now.state === "failed" && <Failed failure={now.failure} />}
      <Button className="self-start" onClick={() => setAsking(true)}>
        <Undo2 aria-hidden className="size-4" />
        Undo this import
      </Button>
      <Confirm
        title={`Undo import ${report.import}?`}
        confirm="Undo the import"
        open={asking}
        onCancel={() => setAsking(false)}
        onConfirm={() => void start({ import: report.import })}
      >
        What it alone brought, up to {count(report.totals.stored)} records, leaves the vault. What other imports saw too stays. You can
        import the archive again.
      </Confirm>
    </div>
  );
}
