import { Link } from "@tanstack/react-router";
import { keepSearch } from "@/app/filter/useFilter";
import { count, duration, machineMoment } from "@/app/format";
import type { ImportSummary } from "@/generated/types";
import { ledgerSentence } from "./ledger";

/** An import in the list. */
export function ImportLine({ summary }: { summary: ImportSummary }) {
  const { import: number, label, state, started, took_ms, totals } = summary;
  return (
    <li className="border-line border-b last:border-b-0">
      <Link
        to="/sources/$import"
        params={{ import: String(number) }}
        search={keepSearch}
        aria-label={`Report of import ${number}, ${label}`}
        className="-mx-2 flex flex-wrap items-baseline gap-x-3 rounded-lg px-2 py-2 hover:bg-sunken"
      >
        <span className="tabular w-8 text-faint">{number}</span>
        <span className="min-w-40 flex-1 font-medium wrap-anywhere">{label}</span>
        {state !== "done" && <span className="rounded bg-warn-wash px-1.5">{state}</span>}
        <span className="text-faint">
          {machineMoment(started)}
          {took_ms > 0 && `, ${duration(took_ms / 1000)}`}
        </span>
        <span className="w-full pl-11 text-soft">
          {ledgerSentence(totals)} <span className="text-faint">{count(totals.files)} files.</span>
        </span>
      </Link>
    </li>
  );
}
