import { useAppDispatch, useAppSelector } from "@/app/store";
import { browsingToggled, planAsked } from "@/app/surface";
import { Dialog } from "@/components/Dialog";
import { BrowseList } from "./BrowseList";
import { PlanReview } from "./PlanReview";

/** Choosing an export and consenting to its plan; they open from anywhere. */
export function ImportDialogs() {
  const planned = useAppSelector((state) => state.surface.planned);
  const browsing = useAppSelector((state) => state.surface.browsing);
  const dispatch = useAppDispatch();
  return (
    <>
      <Dialog title="Choose an export" look="wide" open={browsing} onClose={() => dispatch(browsingToggled(false))}>
        {browsing && <BrowseList onChosen={(paths) => dispatch(planAsked(paths))} />}
      </Dialog>
      <Dialog title="What it holds" look="wide" open={planned !== null} onClose={() => dispatch(planAsked(null))}>
        {planned !== null && <PlanReview paths={planned} onDone={() => dispatch(planAsked(null))} />}
      </Dialog>
    </>
  );
}
