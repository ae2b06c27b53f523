import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Failed } from "@/components/States";
import { ReceiptView } from "../forget/ReceiptView";

/** What was forgotten for good. */
export function Receipts() {
  const { data, error } = engine.useReceiptsQuery({});
  if (error) return <Failed failure={asFailure(error)} />;
  if (!data || data.receipts.length === 0) return null;
  return (
    <section aria-label="Forgotten" className="flex flex-col gap-2">
      <h2 className="font-semibold text-[14px]">Forgotten</h2>
      <p className="text-soft">What you had forgotten. A receipt tells nothing of what it was.</p>
      <ul className="flex flex-col gap-2">
        {data.receipts.map((receipt) => (
          <li key={receipt.receipt}>
            <ReceiptView receipt={receipt} />
          </li>
        ))}
      </ul>
    </section>
  );
}
