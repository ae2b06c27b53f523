import { PanelRightClose, X } from "lucide-react";
import { useMemo } from "react";
import { type Action, useActions } from "@/app/actions/registry";
import { useSelection } from "@/app/filter/useFilter";
import { useAppDispatch, useAppSelector } from "@/app/store";
import { inspectorToggled } from "@/app/surface";
import { IconButton } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Inspector } from "./Inspector";

/** The inspector at the right, or as a sheet on a narrow screen. */
export function InspectorPane({ narrow }: { narrow: boolean }) {
  const { selected, select } = useSelection();
  const shown = useAppSelector((state) => state.surface.inspector);
  const dispatch = useAppDispatch();
  const close = useMemo(
    (): Action[] => [
      {
        id: "deselect",
        label: "Close the item",
        group: "Move",
        keys: "escape",
        guard: () => selected !== undefined,
        run: () => select(undefined),
      },
    ],
    [selected, select],
  );
  useActions(close);

  if (selected === undefined || !shown) return null;
  if (narrow) {
    return (
      <Dialog title="Item" look="sheet" open onClose={() => select(undefined)}>
        <Inspector id={selected} onOpen={select} onForgotten={() => select(undefined)} />
      </Dialog>
    );
  }
  return (
    <aside aria-label="Inspector" className="flex w-[min(400px,42vw)] shrink-0 flex-col border-line border-l">
      <div className="flex items-center justify-end border-line border-b px-1 py-0.5">
        <IconButton label="Hide the inspector" onClick={() => dispatch(inspectorToggled(false))}>
          <PanelRightClose aria-hidden className="size-4" />
        </IconButton>
        <IconButton label="Close the item" onClick={() => select(undefined)}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Inspector id={selected} onOpen={select} onForgotten={() => select(undefined)} />
      </div>
    </aside>
  );
}
