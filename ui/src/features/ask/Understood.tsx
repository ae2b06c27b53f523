import { X } from "lucide-react";
import { tokensOf } from "@/app/filter/tokens";
import { useFilter } from "@/app/filter/useFilter";
import type { Filter, PlanView } from "@/generated/types";

type Props = { plan: PlanView; onNarrow: ((filter: Filter) => void) | undefined };

/** How a question was understood: the same tokens as in the filter; taking one away asks again. */
export function Understood({ plan, onNarrow }: Props) {
  const { setFilter } = useFilter();
  const tokens = tokensOf(plan.filter);
  return (
    <section aria-label="How it was understood" className="flex flex-col gap-1">
      <p className="text-soft">
        <span className="text-faint">Understood: </span>
        {plan.understood}
      </p>
      {plan.steps.map((step) => (
        <p key={step.said} className="text-soft">
          <span className="text-faint">First: </span>
          {step.said} ({step.understood}): {step.found}
        </p>
      ))}
      <div className="flex flex-wrap items-center gap-1">
        <span className="rounded-md bg-sunken px-2 leading-6">{plan.asked}</span>
        {plan.filter.text && <span className="rounded-md bg-sunken px-2 leading-6">“{plan.filter.text}”</span>}
        {tokens.map(({ key, label, without }) => (
          <span key={key} className="flex items-center rounded-md bg-wash pl-2 text-accent leading-6">
            {label}
            {onNarrow ? (
              <button
                type="button"
                aria-label={`Ask again without ${label}`}
                className="flex size-6 items-center justify-center"
                onClick={() => onNarrow(without)}
              >
                <X aria-hidden className="size-3" />
              </button>
            ) : (
              <span className="w-2" />
            )}
          </span>
        ))}
        {(tokens.length > 0 || plan.filter.text) && (
          <button
            type="button"
            className="px-1 text-faint hover:text-accent hover:underline"
            onClick={() => setFilter(plan.filter, { to: "/search" })}
          >
            Show all of these
          </button>
        )}
      </div>
      {plan.ignored.length > 0 && <p className="text-faint">Not used: {plan.ignored.join(", ")}</p>}
    </section>
  );
}
