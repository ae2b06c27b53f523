import { useState } from "react";
import { count, machineMoment } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed } from "@/components/States";
import { type Column, Table } from "@/components/Table";
import type { AuditLine } from "@/generated/types";

/** Calls on one page. */
const STEP = 20;

const columns: Column<AuditLine>[] = [
  { head: "When", cell: ({ at }) => machineMoment(at) },
  { head: "Who", cell: ({ caller }) => caller },
  { head: "Did", cell: ({ operation, decision }) => (decision === "allowed" ? operation : `${operation} (${decision})`) },
  { head: "What", cell: ({ object_kind, object_id }) => `${object_kind} ${object_id}`.trim(), wide: true },
  { head: "Rows", cell: ({ n_rows }) => (n_rows == null ? "" : count(n_rows)), right: true },
];

/** Who read, wrote, exported or changed what. It shows no content. */
export function AuditTrail() {
  const [before, setBefore] = useState<number | null>(null);
  const { currentData: log, error } = engine.useAuditQuery({ before, limit: STEP }, { refetchOnMountOrArgChange: true });
  return (
    <section aria-label="Log" className="flex flex-col gap-2">
      <h2 className="font-semibold text-[14px]">Log</h2>
      <p className="text-soft">
        Who read, wrote, exported or changed what. It holds no content, and checking the vault tells whether somebody tampered with it.
      </p>
      {error && <Failed failure={asFailure(error)} />}
      {log && <Table label="Log" columns={columns} rows={log.calls} rowKey={({ seq }) => String(seq)} />}
      <div className="flex gap-2">
        {before !== null && <Button onClick={() => setBefore(null)}>Latest</Button>}
        {log?.next != null && <Button onClick={() => setBefore(log.next ?? null)}>Earlier</Button>}
      </div>
    </section>
  );
}
