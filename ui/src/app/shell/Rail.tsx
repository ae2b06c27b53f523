import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { engine } from "@/backend/engine";
import { Ring } from "@/components/Ring";
import { isAtWork } from "@/features/jobs/atWork";
import { useAllActions } from "../actions/registry";
import { keepSearch } from "../filter/useFilter";
import { type Place, upkeep, views } from "../places";

type Props = { narrow: boolean; jobsRunning: number };

/** The places of the app: a column at the left, or a bar at the bottom of a narrow window. */
export function Rail({ narrow, jobsRunning }: Props) {
  const lock = useAllActions().find((action) => action.id === "lock");
  return (
    <nav
      aria-label="Places"
      className={
        narrow
          ? "flex h-13 shrink-0 items-center justify-between overflow-x-auto border-line border-t bg-sunken px-1"
          : "flex w-12 shrink-0 flex-col items-center gap-1 border-line border-r bg-sunken py-2"
      }
    >
      {!narrow && <img src="./icon.svg" alt="" className="mb-2 size-6" />}
      {views.map((place) => (
        <RailLink key={place.to} {...place} />
      ))}
      {!narrow && <div className="flex-1" />}
      {upkeep.map((place) => (
        <RailLink key={place.to} {...place}>
          {place.to === "/jobs" && jobsRunning > 0 && <RunningRing />}
        </RailLink>
      ))}
      <button
        type="button"
        aria-label="Lock"
        title="Lock"
        onClick={() => lock?.run()}
        className="flex size-9 shrink-0 items-center justify-center rounded-lg text-soft hover:bg-line hover:text-ink"
      >
        <Lock aria-hidden className="size-[18px]" strokeWidth={1.75} />
      </button>
    </nav>
  );
}

function RailLink({ to, label, icon: Icon, children }: Place & { children?: React.ReactNode }) {
  return (
    <Link
      to={to}
      search={keepSearch}
      aria-label={label}
      title={label}
      activeOptions={{ includeSearch: false }}
      activeProps={{ className: "bg-wash text-accent", "aria-current": "page" }}
      inactiveProps={{ className: "text-soft hover:bg-line hover:text-ink" }}
      className="relative flex size-9 shrink-0 items-center justify-center rounded-lg"
    >
      <Icon aria-hidden className="size-[18px]" strokeWidth={1.75} />
      {children}
    </Link>
  );
}

/** How far the work that goes on has come, as a ring around the icon's corner. */
function RunningRing() {
  const { data } = engine.useJobsQuery({});
  const running = data?.jobs.find(isAtWork);
  const total = running?.progress.total ?? 0;
  return (
    <Ring share={running && total > 0 ? running.progress.done / total : null} className="absolute top-0.5 right-0.5 size-3.5 text-accent" />
  );
}
