import { useMemo, useRef } from "react";
import { type Action, useActions } from "@/app/actions/registry";

/** How long a step counts as on its way, in milliseconds: keys may be quicker than the list scrolls. */
const ON_ITS_WAY = 500;

/** `[` and `]` go to the earlier and the later day with data; the list stands newest first. */
export function useDayKeys(first: number, count: number, goTo: (index: number) => void): void {
  const now = useRef({ first, count, goTo });
  now.current = { first, count, goTo };
  const actions = useMemo((): Action[] => {
    let aimed = { index: 0, at: Number.NEGATIVE_INFINITY };
    const step = (by: number) => {
      const { first: shown, count: days, goTo: go } = now.current;
      const from = performance.now() - aimed.at < ON_ITS_WAY ? aimed.index : shown;
      aimed = { index: Math.max(0, Math.min(from + by, days - 1)), at: performance.now() };
      go(aimed.index);
    };
    return [
      { id: "earlier-day", label: "Earlier day", group: "Move", keys: "[", run: () => step(1) },
      { id: "later-day", label: "Later day", group: "Move", keys: "]", run: () => step(-1) },
    ];
  }, []);
  useActions(actions);
}
