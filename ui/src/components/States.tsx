import { CircleAlert, type LucideIcon, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { classes } from "./classes";

type EmptyProps = { icon?: LucideIcon; title: string; children?: ReactNode; action?: ReactNode };

/** Nothing is here, and what to do next. */
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="m-auto flex max-w-sm flex-col items-center gap-2 p-8 text-center">
      {Icon && <Icon aria-hidden className="size-6 text-faint" strokeWidth={1.5} />}
      <p className="text-[14px] font-medium">{title}</p>
      {children && <div className="text-soft">{children}</div>}
      {action && <div className="pt-2">{action}</div>}
    </div>
  );
}

/** A part of a typed text, in characters. */
type Stretch = { text: string; start: number; end: number };

/** A typed text with a part of it marked. */
export function Underlined({ at: { text, start, end } }: { at: Stretch }) {
  const letters = [...text];
  return (
    <code className="font-mono text-[12px] wrap-anywhere">
      {letters.slice(0, start).join("")}
      <mark className="rounded-sm bg-warn-wash underline decoration-wavy decoration-danger underline-offset-4">
        {letters.slice(start, end).join("")}
      </mark>
      {letters.slice(end).join("")}
    </code>
  );
}

type FailedProps = {
  failure: { code: string; message: string; hint: string; at?: Stretch | null };
  onRetry?: (() => void) | undefined;
  className?: string;
};

/** Something failed: the sentence, what to do, the code, and another try. */
export function Failed({ failure, onRetry, className }: FailedProps) {
  return (
    <div role="alert" className={classes("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg bg-danger-wash p-3", className)}>
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-40 flex-1">
        <p className="font-medium wrap-anywhere">{failure.message}</p>
        {failure.at && <Underlined at={failure.at} />}
        {failure.hint && <p className="text-soft wrap-anywhere">{failure.hint}</p>}
        <p className="font-mono text-[11px] text-soft">{failure.code}</p>
      </div>
      {onRetry && (
        <Button look="quiet" onClick={onRetry}>
          <RotateCw aria-hidden className="size-3.5" />
          Try again
        </Button>
      )}
    </div>
  );
}

type NoteProps = { tone?: "plain" | "warn" | "good"; children: ReactNode; className?: string };

const tones = { plain: "bg-sunken text-soft", warn: "bg-warn-wash text-ink", good: "bg-wash text-ink" };

export function Note({ tone = "plain", children, className }: NoteProps) {
  return <div className={classes("rounded-lg px-3 py-2", tones[tone], className)}>{children}</div>;
}

/** Lines where text will stand. */
export function Skeleton({ lines = 6, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-2 p-4">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <div key={line} className="h-4 animate-pulse rounded bg-sunken" style={{ width: `${95 - ((line * 17) % 45)}%` }} />
      ))}
    </div>
  );
}
