import type { Status } from "@/generated/types";

/** From this share on, an index counts as whole: what is missing is on its way. */
const WHOLE = 0.9995;

/** Says, in a quiet line, what an index has not reached yet: nothing is found there that it has not read. */
export function Coverage({ status }: { status: Status }) {
  const { coverage, items } = status;
  if (coverage == null || (items ?? 0) === 0) return null;
  const parts = [
    coverage.words < WHOLE && `by words covers ${percent(coverage.words)}`,
    // Without a model there is no meaning to search by, and none is waited for.
    coverage.meaning > 0 && coverage.meaning < WHOLE && `by meaning covers ${percent(coverage.meaning)}`,
  ].filter(Boolean);
  if (parts.length === 0) return null;
  return (
    <p role="status" className="border-line border-b bg-warn-wash px-3 py-0.5 text-[12px]">
      Still reading: search {parts.join(", and ")} so far.
    </p>
  );
}

const percent = (share: number): string =>
  new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: share > 0.99 ? 1 : 0 }).format(Math.min(share, 0.999));
