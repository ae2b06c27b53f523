import { ProgressLine } from "@/components/ProgressLine";
import type { Progress } from "@/generated/types";
import { bytes, count, duration } from "./format";

/** "2,200 of 11,070 records", "1.2 of 4 GB": how much of it is done. */
export function amountOf({ done, total, unit }: Progress): string {
  if (unit === "bytes") return total > 0 ? `${bytes(done)} of ${bytes(total)}` : bytes(done);
  return total > 0 ? `${count(done)} of ${count(total)} ${unit}` : `${count(done)} ${unit}`;
}

type Props = { label: string; progress: Progress | null };

/** Work that one waits for: what it does now, how much is done, how long it takes still. */
export function ProgressView({ label, progress }: Props) {
  const { stage = "", done = 0, total = 0, eta_s, detail = "" } = progress ?? {};
  return (
    <div className="flex flex-col gap-1">
      <ProgressLine label={label} done={done} total={total} />
      <p className="tabular flex flex-wrap gap-x-3 text-soft">
        <span>{stage || label}</span>
        {progress && total > 0 && <span>{amountOf(progress)}</span>}
        {eta_s != null && <span>{duration(eta_s)} left</span>}
        {detail && <span className="min-w-0 truncate text-faint">{detail}</span>}
      </p>
    </div>
  );
}
