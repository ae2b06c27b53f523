import { useEffect } from "react";
import { backend, type Told } from "@/backend";
import { engine, type Tag } from "@/backend/engine";
import { isAtWork } from "@/features/jobs/atWork";
import { tags } from "@/generated/operations";
import type { Job } from "@/generated/types";
import { useAppDispatch } from "./store";
import { engineStopped } from "./surface";

/** While an import goes on, what has come in is shown anew at most so often, in milliseconds. */
const ARRIVALS = 5000;

/** Newest first, with `job` in its place. */
export function withJob(jobs: Job[], job: Job): Job[] {
  const known = jobs.some((one) => one.job === job.job);
  return known ? jobs.map((one) => (one.job === job.job ? job : one)) : [job, ...jobs];
}

/** Keeps the cache true to what the engine says unasked. */
export function useEngineEvents(): void {
  const dispatch = useAppDispatch();
  useEffect(() => {
    const running = new Set<number>();
    let shownAt = 0;
    const refresh = (spoiled: readonly string[]) => {
      const known = spoiled.filter((tag): tag is Tag => (tags as readonly string[]).includes(tag));
      dispatch(engine.util.invalidateTags(known));
    };
    const onTold = (told: Told) => {
      if (told.event === "job") {
        dispatch(engine.util.updateQueryData("jobs", {}, (draft) => ({ jobs: withJob(draft.jobs, told.job) })));
        const began = !running.has(told.job.job);
        const going = isAtWork(told.job);
        if (going) running.add(told.job.job);
        else running.delete(told.job.job);
        // That a job begins or ends shows in more places than the list; that it moves on does not.
        if (began || !going) refresh(["jobs"]);
        if (told.job.kind === "import" && going && Date.now() - shownAt > ARRIVALS) {
          shownAt = Date.now();
          refresh(["items"]);
        }
      } else if (told.event === "spoiled") refresh(told.tags);
      else if (told.event === "stopped") dispatch(engineStopped(true));
      else refresh(["vault"]);
    };
    const onGap = () => {
      dispatch(engineStopped(false));
      refresh(tags);
    };
    return backend().events(onTold, onGap);
  }, [dispatch]);
}
