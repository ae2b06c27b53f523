import type { ReactNode } from "react";
import { bytes, count, plural } from "@/app/format";
import { kindCount, sourceLabel } from "@/app/kinds";
import type { ForgetPlan, YearCount } from "@/generated/types";

/** Years that are named one by one; of more, the first and the last are. */
const NAMED_YEARS = 4;

/** Whether there is anything to forget. */
export const takesNothing = ({ items, points }: ForgetPlan): boolean => items === 0 && points === 0;

/** What would go, and what would stay. */
export function ForgetPlanView({ plan }: { plan: ForgetPlan }) {
  const goes = [
    plan.items > 0 && plural(plan.items, "item"),
    plan.points > 0 && plural(plan.points, "position"),
    plan.attachments > 0 && `${plural(plan.attachments, "attachment")} (${bytes(plan.attachment_bytes)})`,
    plan.exchanges > 0 && plural(plan.exchanges, "kept answer"),
    plan.searches.length > 0 && plural(plan.searches.length, "saved search", "saved searches"),
  ].filter(Boolean);
  const stays = [
    [plan.shared_items, "that a source which is not meant has as well", "item", "items"],
    [plan.shared_attachments, "that another item has as well", "attachment", "attachments"],
    [plan.left_in_place, "outside of the vault, where they are", "photo or film", "photos and films"],
  ] as const;
  const stay = stays.filter(([n]) => n > 0).map(([n, why, one, many]) => `${plural(n, one, many)} ${why}`);
  return (
    <div className="flex flex-col gap-2">
      <p className="text-[14px]">
        {goes.join(", ")} would go{plan.hidden > 0 && `; ${count(plan.hidden)} of them are hidden`}.
      </p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-soft">
        <Fact name="What">{plan.kinds.map(({ kind, count: n }) => kindCount(kind, n)).join(", ")}</Fact>
        <Fact name="From">{plan.sources.map(({ name, count: n }) => `${sourceLabel(name)} ${count(n)}`).join(", ")}</Fact>
        <Fact name="When">{years(plan.years)}</Fact>
        <Fact name="With">{plan.people.join(", ")}</Fact>
        <Fact name="Stays">{stay.join("; ")}</Fact>
      </dl>
    </div>
  );
}

function years(all: YearCount[]): string {
  const [first, last] = [all[0], all.at(-1)];
  if (first && last && all.length > NAMED_YEARS) return `${first.year} to ${last.year}`;
  return all.map(({ year, count: n }) => (all.length === 1 ? `${year}` : `${year}: ${count(n)}`)).join(", ");
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === "") return null;
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}
