import { useState } from "react";
import { bytes, count } from "@/app/format";
import { Button } from "@/components/Button";
import { Select } from "@/components/Field";
import { type Column, Table } from "@/components/Table";
import type { FileLedger, FileOutcome } from "@/generated/types";
import { Findings } from "./Findings";
import { outcomeWords } from "./ledger";

/** Lines shown at first; a photo library has many thousands. */
const STEP = 200;

/** A count, quiet where it is none: what is to be seen are the others. */
const Count = ({ of }: { of: number }) => (of === 0 ? <span className="text-faint">0</span> : count(of));

const columns: Column<FileLedger>[] = [
  {
    head: "File",
    wide: true,
    cell: ({ path }) => path,
  },
  { head: "Outcome", cell: ({ outcome }) => outcomeWords[outcome] },
  { head: "Size", cell: ({ size }) => bytes(size), right: true },
  { head: "Read", cell: ({ read }) => <Count of={read} />, right: true },
  { head: "New", cell: ({ stored }) => <Count of={stored} />, right: true },
  { head: "Known", cell: ({ merged }) => <Count of={merged} />, right: true },
  { head: "Skipped", cell: ({ skipped }) => <Count of={skipped} />, right: true },
  { head: "Set aside", cell: ({ set_aside }) => <Count of={set_aside} />, right: true },
  { head: "Read by", cell: ({ importer }) => importer },
];

const hasNews = ({ findings, outcome }: FileLedger): boolean =>
  findings.some(({ severity }) => severity !== "note") || outcome === "failed" || outcome === "partial";

/** The ledger, a line a file. */
export function FileTable({ files }: { files: FileLedger[] }) {
  const [which, setWhich] = useState<"all" | "news" | FileOutcome>("all");
  const [shown, setShown] = useState(STEP);
  const outcomes = [...new Set(files.map(({ outcome }) => outcome))];
  const fits = files.filter((file) => which === "all" || (which === "news" ? hasNews(file) : file.outcome === which));
  return (
    <section aria-label="Files" className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <h2 className="font-semibold text-[14px]">Files</h2>
        <Select
          label="Which files"
          value={which}
          options={[
            ["all", `All ${count(files.length)}`],
            ["news", `With something to know, ${count(files.filter(hasNews).length)}`],
            ...outcomes.map((outcome) => [outcome, `Only ${outcomeWords[outcome]}`] as const),
          ]}
          onChoose={(value) => {
            setWhich(value as typeof which);
            setShown(STEP);
          }}
        />
      </div>
      <Table
        label="Ledger"
        columns={columns}
        rows={fits.slice(0, shown)}
        rowKey={({ archive, path }) => `${archive}:${path}`}
        below={({ findings }) => findings.length > 0 && <Findings findings={findings} />}
      />
      {fits.length > shown && (
        <Button look="plain" onClick={() => setShown(shown + STEP)}>
          Show {count(Math.min(STEP, fits.length - shown))} more
        </Button>
      )}
    </section>
  );
}
