import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { backend } from "@/backend";
import { keepSearch } from "../filter/useFilter";
import { useAppDispatch } from "../store";
import { browsingToggled, noticed, planAsked } from "../surface";

/** Takes what is dropped anywhere on the window. */
export function DropArea() {
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const [over, setOver] = useState(false);

  useEffect(
    () =>
      backend().onDrop((dropped) => {
        void navigate({ to: "/sources", search: keepSearch });
        if ("paths" in dropped) dispatch(planAsked(dropped.paths));
        else {
          dispatch(noticed("A browser does not say where a dropped file is. Choose it here instead."));
          dispatch(browsingToggled(true));
        }
      }, setOver),
    [dispatch, navigate],
  );

  if (!over) return null;
  return (
    <div className="pointer-events-none fixed inset-2 z-50 flex items-center justify-center rounded-xl border-2 border-accent border-dashed bg-wash/90">
      <p className="font-semibold text-[18px]">Drop it to see what it holds</p>
    </div>
  );
}
