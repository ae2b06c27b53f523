import { useMemo, useRef } from "react";
import { type Action, useActions } from "@/app/actions/registry";

/** `[` and `]` go to the earlier and the later day with data; the list stands newest first. */
export function useDayKeys(first: number, count: number, goTo: (index: number) => void): void {
  const now = useRef({ first, count, goTo });
  now.current = { first, count, goTo };
  const actions = useMemo(
    (): Action[] => [
      {
        id: "earlier-day",
        label: "Earlier day",
        group: "Move",
        keys: "[",
        run: () => now.current.goTo(Math.min(now.current.first + 1, now.current.count - 1)),
      },
      { id: "later-day", label: "Later day", group: "Move", keys: "]", run: () => now.current.goTo(Math.max(now.current.first - 1, 0)) },
    ],
    [],
  );
  useActions(actions);
}
