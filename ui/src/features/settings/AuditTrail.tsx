import { useState } from "react";
import { count, machineMoment } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Skeleton } from "@/components/States";
import { type Column, Table } from "@/components/Table";
import type { AuditLine } from "@/generated/types";
import { SettingsSection } from "./SettingsSection";

/** Calls on one page. */
const STEP = 20;

/** The name of an operation as words: "import_report" is "import report". */
const inWords = (operation: string): string => operation.replaceAll("_", " ");

const columns: Column<AuditLine>[] = [
  { head: "When", cell: ({ at }) => machineMoment(at) },
  { head: "What", cell: (line) => <What line={line} />, wide: true },
  { head: "Rows", cell: ({ n_rows }) => (n_rows == null ? "" : count(n_rows)), right: true },
  { head: "Who", cell: ({ caller }) => caller },
];

function What({ line: { operation, object_kind, object_id, decision } }: { line: AuditLine }) {
  // "item 3" says it once.
  const object = (object_kind === operation ? object_id : `${object_kind} ${object_id}`).trim();
  return (
    <>
      <span>{inWords(operation)}</span>
      {object && <span className="text-soft"> {object}</span>}
      {decision !== "allowed" && <span className="font-medium text-danger"> {decision}</span>}
    </>
  );
}

/** Who read, wrote, exported or changed what. It shows no content. */
export function AuditTrail() {
  const [before, setBefore] = useState<number | null>(null);
  const { currentData: log, error, refetch } = engine.useAuditQuery({ before, limit: STEP }, { refetchOnMountOrArgChange: true });
  return (
    <SettingsSection
      part="log"
      note="Who read, wrote, exported or changed what, the latest first. It holds no content, and checking the vault tells whether somebody tampered with it."
    >
      {error && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {!log && !error && <Skeleton lines={STEP} label="Loading the log" />}
      {log && <Table label="Log" columns={columns} rows={log.calls} rowKey={({ seq }) => String(seq)} />}
      <div className="flex gap-2">
        {before !== null && <Button onClick={() => setBefore(null)}>Latest</Button>}
        {log?.next != null && <Button onClick={() => setBefore(log.next ?? null)}>Earlier</Button>}
      </div>
    </SettingsSection>
  );
}
