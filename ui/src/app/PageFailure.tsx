import type { ErrorComponentProps } from "@tanstack/react-router";
import { asFailure } from "@/backend";
import { Failed } from "@/components/States";

/** What stands in place of a page that broke. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  return (
    <div className="m-auto w-full max-w-lg p-4">
      <Failed failure={asFailure(error)} onRetry={reset} />
    </div>
  );
}
