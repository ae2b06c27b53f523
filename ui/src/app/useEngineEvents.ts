import { useEffect } from "react";
import { backend } from "@/backend";
import { engine, type Tag } from "@/backend/engine";
import { tags } from "@/generated/operations";
import type { Event, Job } from "@/generated/types";
import { useAppDispatch } from "./store";

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
    const refresh = (spoiled: readonly string[]) => {
      const known = spoiled.filter((tag): tag is Tag => (tags as readonly string[]).includes(tag));
      dispatch(engine.util.invalidateTags(known));
    };
    const onEvent = (event: Event) => {
      if (event.event === "job") {
        dispatch(engine.util.updateQueryData("jobs", {}, (draft) => ({ jobs: withJob(draft.jobs, event.job) })));
        const began = !running.has(event.job.job);
        const going = event.job.state === "running";
        if (going) running.add(event.job.job);
        else running.delete(event.job.job);
        // That a job begins or ends shows in more places than the list; that it moves on does not.
        if (began || !going) refresh(["jobs"]);
      } else if (event.event === "spoiled") refresh(event.tags);
      else refresh(["vault"]);
    };
    return backend().events(onEvent, () => refresh(tags));
  }, [dispatch]);
}
