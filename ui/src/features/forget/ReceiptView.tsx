import { count, machineMoment, plural } from "@/app/format";
import type { Receipt } from "@/generated/types";

/** What was forgotten, what stayed, and what a look afterwards found. */
export function ReceiptView({ receipt: { receipt, asked_ms, done, went, stayed, check } }: { receipt: Receipt }) {
  const { items = 0, points = 0, attachments = 0, exchanges = 0, searches = 0 } = went;
  const { shared_items = 0, shared_attachments = 0, left_in_place = {} } = stayed;
  const gone = [
    [items, "item", "items"],
    [points, "position", "positions"],
    [attachments, "attachment", "attachments"],
    [exchanges, "kept answer", "kept answers"],
    [searches, "saved search", "saved searches"],
  ] as const;
  const counted = gone.filter(([n]) => n > 0).map(([n, one, many]) => plural(n, one, many));
  const left = check ? check.rows + check.index_documents + check.traces : 0;
  return (
    <div className="flex flex-col gap-0.5">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">{counted.length > 0 ? `${counted.join(", ")} gone` : "Nothing had to go"}</span>
        <span className="tabular text-faint">
          Receipt {receipt}, {machineMoment(asked_ms)}
        </span>
      </p>
      {Object.entries(left_in_place).map(([place, n]) => (
        <p key={place} className="text-soft wrap-anywhere">{`${plural(n, "file")} of it still in ${place}: delete those yourself.`}</p>
      ))}
      {shared_items > 0 && <p className="text-soft">{plural(shared_items, "item")} stayed: another source has them as well.</p>}
      {shared_attachments > 0 && (
        <p className="text-soft">{plural(shared_attachments, "attachment")} stayed: another item has them as well.</p>
      )}
      {!done && <p className="text-warn">It is not done yet, and goes on when the vault is opened next.</p>}
      {check && left === 0 && (
        <p className="text-soft">Looked for afterwards in rows, indexes and {plural(check.pages, "page")}: nothing is left.</p>
      )}
      {left > 0 && <p className="text-danger">{count(left)} traces of it were found afterwards. Check the vault in the settings.</p>}
    </div>
  );
}
