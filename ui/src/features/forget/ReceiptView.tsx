import { count, machineMoment, plural } from "@/app/format";
import type { Receipt } from "@/generated/types";

/** What was forgotten, what stayed, and what a look afterwards found. */
export function ReceiptView({ receipt: { receipt, asked_ms, done, went, stayed, check } }: { receipt: Receipt }) {
  const { items = 0, points = 0, attachments = 0 } = went;
  const { shared_items = 0, shared_attachments = 0, left_in_place = {} } = stayed;
  const left = check ? check.rows + check.index_documents + check.traces : 0;
  return (
    <div className="flex flex-col gap-0.5">
      <p>
        <span className="tabular text-faint">{receipt}</span> {machineMoment(asked_ms)}: {plural(items, "item")},{" "}
        {plural(points, "position")}, {plural(attachments, "attachment")} gone.
      </p>
      {Object.entries(left_in_place).map(([place, n]) => (
        <p key={place} className="text-soft wrap-anywhere">{`${plural(n, "file")} of it lie in ${place} still.`}</p>
      ))}
      {shared_items > 0 && <p className="text-soft">{plural(shared_items, "item")} stayed: another source has them as well.</p>}
      {shared_attachments > 0 && (
        <p className="text-soft">{plural(shared_attachments, "attachment")} stayed: another item has them as well.</p>
      )}
      {!done && <p className="text-warn">It goes on when the vault is opened next.</p>}
      {check && left === 0 && (
        <p className="text-faint">Looked for afterwards in rows, indexes and {count(check.pages)} pages: nothing is left.</p>
      )}
      {left > 0 && <p className="text-danger">Something of it was found afterwards; check the vault.</p>}
    </div>
  );
}
