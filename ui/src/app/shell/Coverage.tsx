import type { Status } from "@/generated/types";

/** Says, in a quiet line, what an index has not reached yet: nothing is found there that it has not read. */
export function Coverage({ status }: { status: Status }) {
  const { coverage, items } = status;
  if (coverage == null || (items ?? 0) === 0) return null;
  if (coverage.words >= 0.9995 && (coverage.meaning >= 0.9995 || coverage.meaning === 0)) return null;
  const parts = [`words ${percent(coverage.words)}`, ...(coverage.meaning > 0 ? [`meaning ${percent(coverage.meaning)}`] : [])];
  return (
    <p role="status" className="border-line border-b bg-warn-wash px-3 py-0.5 text-[12px]">
      Still reading what came in: search covers {parts.join(", ")}. What is missing appears by itself.
    </p>
  );
}

const percent = (share: number): string =>
  new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: share > 0.99 ? 1 : 0 }).format(Math.min(share, 0.999));
