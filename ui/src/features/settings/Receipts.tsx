import { Failed } from "@/components/States";
import type { Failure, Receipt } from "@/generated/types";
import { ReceiptView } from "../forget/ReceiptView";
import { SettingsSection } from "./SettingsSection";

type Props = { receipts: Receipt[]; failure: Failure | undefined };

/** What was forgotten for good. */
export function Receipts({ receipts, failure }: Props) {
  return (
    <SettingsSection part="forgotten" note="What you had forgotten for good. A receipt says how much went, and nothing of what it was.">
      {failure && <Failed failure={failure} />}
      <ul aria-label="Receipts" className="flex flex-col">
        {receipts.map((receipt) => (
          <li key={receipt.receipt} className="border-line border-b py-2 first:pt-0 last:border-b-0">
            <ReceiptView receipt={receipt} />
          </li>
        ))}
      </ul>
    </SettingsSection>
  );
}
