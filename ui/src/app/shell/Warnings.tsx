import { X } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/Button";
import type { VerifyFinding } from "@/generated/types";

/** What was found wrong while the vault was opened, above everything until it is put away: nobody would look for it elsewhere. */
export function Warnings({ warnings }: { warnings: VerifyFinding[] }) {
  const [putAway, setPutAway] = useState<string[]>([]);
  const shown = warnings.filter(({ message }) => !putAway.includes(message));
  return shown.map(({ message, what_to_do }) => (
    <div key={message} role="alert" className="flex items-start gap-2 border-line border-b bg-warn-wash px-3 py-1">
      <p className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-medium">{message}</span> {what_to_do}
      </p>
      <IconButton label="Dismiss this warning" onClick={() => setPutAway([...putAway, message])}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  ));
}
