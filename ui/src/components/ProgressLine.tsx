import { classes } from "./classes";

type Props = { label: string; done: number; total: number; className?: string };

/** How far something has come; a line that moves when the end is not known. */
export function ProgressLine({ label, done, total, className }: Props) {
  const share = total > 0 ? Math.min(1, done / total) : null;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      className={classes("h-1.5 overflow-hidden rounded-full bg-sunken", className)}
    >
      <div
        className={classes("h-full rounded-full bg-accent transition-[width] duration-150", share === null && "animate-pulse")}
        style={{ width: share === null ? "100%" : `${share * 100}%` }}
      />
    </div>
  );
}
