import { count, plural } from "@/app/format";
import type { FileOutcome, ImportTotals } from "@/generated/types";

/** An import in the person's words: "Imported 412,003 of 412,118 records; 115 set aside." */
export function ledgerSentence({ read, stored, merged, skipped, set_aside }: ImportTotals): string {
  const parts = [
    merged > 0 && `${count(merged)} were known`,
    skipped > 0 && `${count(skipped)} skipped`,
    set_aside > 0 && `${count(set_aside)} set aside`,
  ].filter(Boolean);
  const all = `Imported ${count(stored)} of ${plural(read, "record")}`;
  return parts.length === 0 ? `${all}.` : `${all}; ${parts.join(", ")}.`;
}

export const outcomeWords: Record<FileOutcome, string> = {
  imported: "imported",
  partial: "in part",
  empty: "empty",
  ignored: "brings nothing",
  set_aside: "set aside",
  known: "known before",
  failed: "failed",
};
