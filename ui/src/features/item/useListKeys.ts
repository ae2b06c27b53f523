import { useMemo, useRef } from "react";
import { type Action, useActions } from "@/app/actions/registry";
import { useSelection } from "@/app/filter/useFilter";
import { useAppDispatch } from "@/app/store";
import { inspectorToggled } from "@/app/surface";

/** Moves the selection through a list with `j` and `k`; `enter` opens the inspector on it. `ids` is asked when a key is pressed. */
export function useListKeys(ids: () => string[], onMove?: (index: number) => void): void {
  const { selected, select } = useSelection();
  const dispatch = useAppDispatch();
  const now = useRef({ ids, selected, onMove });
  now.current = { ids, selected, onMove };

  const actions = useMemo((): Action[] => {
    const move = (step: number) => {
      const listed = now.current.ids();
      const at = listed.indexOf(now.current.selected ?? "");
      const next = at < 0 ? (step > 0 ? 0 : listed.length - 1) : Math.max(0, Math.min(at + step, listed.length - 1));
      const id = listed[next];
      if (id === undefined) return;
      select(id, { replace: at >= 0 });
      now.current.onMove?.(next);
      document.getElementById(`row-${id}`)?.scrollIntoView({ block: "nearest" });
    };
    const any = () => now.current.ids().length > 0;
    return [
      { id: "next-item", label: "Next item", group: "Move", keys: "j", guard: any, run: () => move(1) },
      { id: "previous-item", label: "Previous item", group: "Move", keys: "k", guard: any, run: () => move(-1) },
      {
        id: "open-item",
        label: "Open the item",
        group: "Move",
        keys: "enter",
        guard: any,
        run: () => {
          if (now.current.selected === undefined) move(1);
          dispatch(inspectorToggled(true));
        },
      },
    ];
  }, [select, dispatch]);
  useActions(actions);
}
