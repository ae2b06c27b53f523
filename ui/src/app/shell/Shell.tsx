import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { Skeleton } from "@/components/States";
import { InspectorPane } from "@/features/item/InspectorPane";
import { ImportDialogs } from "@/features/sources/ImportDialogs";
import { LifetimeScrubber } from "@/features/timeline/LifetimeScrubber";
import type { Status } from "@/generated/types";
import { useKeys } from "../actions/keys";
import { useActions } from "../actions/registry";
import { useShellActions } from "../actions/shellActions";
import { FilterBar } from "../filter/FilterBar";
import { placeOf } from "../places";
import { useNarrow } from "../useNarrow";
import { usePresence } from "../usePresence";
import { Coverage } from "./Coverage";
import { DemoBadge } from "./DemoBadge";
import { DropArea } from "./DropArea";
import { HelpDialog } from "./HelpDialog";
import { Notice } from "./Notice";
import { Palette } from "./Palette";
import { Rail } from "./Rail";
import { Warnings } from "./Warnings";

/** The pages that a span of time narrows. */
const SPANNED = ["/timeline", "/search", "/map"];
/** The pages that ask the indexes. */
const SEARCHED = ["/search", "/ask"];

/** The open vault: rail, filter, view, inspector and scrubber. */
export function Shell({ status }: { status: Status }) {
  useKeys();
  useActions(useShellActions());
  usePresence();
  const narrow = useNarrow();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const place = placeOf(path)?.label;
  useEffect(() => {
    document.title = place === undefined ? "Datapunk" : `${place} · Datapunk`;
    return () => {
      document.title = "Datapunk";
    };
  }, [place]);
  const spanned = SPANNED.includes(path) && (status.items ?? 0) > 0;

  return (
    <div className={`flex h-full ${narrow ? "flex-col-reverse" : "flex-row"}`}>
      <Rail narrow={narrow} jobsRunning={status.jobs_running} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <FilterBar />
        <DemoBadge />
        <Warnings warnings={status.warnings} />
        {SEARCHED.includes(path) && <Coverage status={status} />}
        <div className="flex min-h-0 flex-1">
          <main className="flex min-w-0 flex-1 flex-col">
            <Suspense fallback={<Skeleton />}>
              <Outlet />
            </Suspense>
          </main>
          <InspectorPane narrow={narrow} />
        </div>
        {spanned && <LifetimeScrubber />}
      </div>
      <DropArea />
      <ImportDialogs />
      <Palette />
      <HelpDialog />
      <Notice />
    </div>
  );
}
