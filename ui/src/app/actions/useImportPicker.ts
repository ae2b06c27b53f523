import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { asFailure, backend } from "@/backend";
import { keepSearch } from "../filter/useFilter";
import { useAppDispatch } from "../store";
import { browsingToggled, noticed, planAsked } from "../surface";

/** Lets the person choose what to import: with the system's dialog, or the app's own folder view where there is none. */
export function useImportPicker() {
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const pick = useCallback(
    async (what: "archives" | "folder") => {
      const { pickFiles } = backend();
      void navigate({ to: "/sources", search: keepSearch });
      if (pickFiles === undefined) {
        dispatch(browsingToggled(true));
        return;
      }
      try {
        dispatch(planAsked(await pickFiles(what)));
      } catch (thrown) {
        dispatch(noticed(asFailure(thrown).message));
      }
    },
    [dispatch, navigate],
  );
  return { pickArchives: useCallback(() => void pick("archives"), [pick]), pickFolder: useCallback(() => void pick("folder"), [pick]) };
}
