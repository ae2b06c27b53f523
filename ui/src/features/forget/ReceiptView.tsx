import { count, machineMoment, plural } from "@/app/format";
import type { Receipt } from "@/generated/types";

/** What was forgotten, what stayed, and what a look afterwards found. */
export function ReceiptView({ receipt: { receipt, asked_ms, done, went, stayed, check } }: { receipt: Receipt }) {
  const left = check ? check.rows + check.index_documents + check.traces : 0;
  return (
    <div className="flex flex-col gap-0.5">
      <p>
        <span className="tabular text-faint">{receipt}</span> {machineMoment(asked_ms)}: {plural(went.items, "item")},{" "}
        {plural(went.points, "position")}, {plural(went.attachments, "attachment")} gone.
      </p>
      {Object.entries(stayed.left_in_place).map(([place, n]) => (
        <p key={place} className="text-soft wrap-anywhere">{`${plural(n, "file")} of it lie in ${place} still.`}</p>
      ))}
      {stayed.shared_items > 0 && (
        <p className="text-soft">{plural(stayed.shared_items, "item")} stayed: another source has them as well.</p>
      )}
      {stayed.shared_attachments > 0 && (
        <p className="text-soft">{plural(stayed.shared_attachments, "attachment")} stayed: another item has them as well.</p>
      )}
      {!done && <p className="text-warn">It goes on when the vault is opened next.</p>}
      {check && left === 0 && (
        <p className="text-faint">Looked for afterwards in rows, indexes and {count(check.pages)} pages: nothing is left.</p>
      )}
      {left > 0 && <p className="text-danger">Something of it was found afterwards; check the vault.</p>}
    </div>
  );
}
