import { useEffect, useRef } from "react";
import { useAppDispatch, useAppSelector } from "@/app/store";
import { dayShown, momentWanted } from "@/app/surface";
import type { Bucket } from "@/generated/types";

/** Keeps the scrubber and the list of days together: the scrubber marks the first day that is shown, a click on it goes to another. */
export function useScrubbing(days: Bucket[], first: number, goTo: (index: number) => void): void {
  const dispatch = useAppDispatch();
  const wanted = useAppSelector((state) => state.surface.wanted);
  const shown = days[first]?.from_ms ?? null;
  const now = useRef({ days, goTo });
  now.current = { days, goTo };

  useEffect(() => {
    dispatch(dayShown(shown));
  }, [shown, dispatch]);
  useEffect(() => () => void dispatch(dayShown(null)), [dispatch]);

  useEffect(() => {
    if (wanted === null) return;
    dispatch(momentWanted(null));
    // The days stand newest first: the first that is not after the moment, or the oldest.
    const index = now.current.days.findIndex(({ from_ms }) => from_ms <= wanted);
    now.current.goTo(index < 0 ? now.current.days.length - 1 : index);
  }, [wanted, dispatch]);
}
