import { bytes, count, plural } from "@/app/format";
import { kinds, sourceLabel } from "@/app/kinds";
import type { ForgetPlan } from "@/generated/types";

/** What would go, and what would stay. */
export function ForgetPlanView({ plan }: { plan: ForgetPlan }) {
  const stays = [
    [plan.shared_items, "items that a source which is not meant has as well"],
    [plan.shared_attachments, "attachments that another item has as well"],
    [plan.left_in_place, "photos and films outside of the vault, where they are"],
  ] as const;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-[14px]">
        {plural(plan.items, "item")}
        {plan.hidden > 0 && `, ${count(plan.hidden)} of them hidden`}
        {plan.points > 0 && `, ${plural(plan.points, "position")}`}
        {plan.attachments > 0 && `, ${plural(plan.attachments, "attachment")} with ${bytes(plan.attachment_bytes)}`} would go.
      </p>
      {plan.people.length > 0 && <p className="text-soft">They are those of {plan.people.join(", ")}.</p>}
      <ul aria-label="What would go" className="text-soft">
        {plan.kinds.map(({ kind, count: n }) => (
          <li key={kind}>{`${count(n)} ${kinds[kind].many}`}</li>
        ))}
      </ul>
      <p className="text-faint">
        {plan.sources.map(({ name, count: n }) => `${sourceLabel(name)} ${count(n)}`).join(" · ")}
        {plan.years.length > 0 && ` · ${plan.years.map(({ year, count: n }) => `${year}: ${count(n)}`).join(", ")}`}
      </p>
      {stays
        .filter(([n]) => n > 0)
        .map(([n, what]) => (
          <p key={what} className="text-soft">{`${count(n)} ${what} stay.`}</p>
        ))}
    </div>
  );
}
