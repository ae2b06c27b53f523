import { useNavigate, useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import { engine } from "@/backend/engine";
import { keepSearch } from "../filter/useFilter";
import { upkeep, views } from "../places";
import { useAppDispatch } from "../store";
import { helpToggled, inspectorToggled, paletteToggled } from "../surface";
import { useChooseTheme } from "../useTheme";
import type { Action } from "./registry";
import { useImportPicker } from "./useImportPicker";

/** What can be done from everywhere once the vault is open. */
export function useShellActions(): Action[] {
  const navigate = useNavigate();
  const { history } = useRouter();
  const dispatch = useAppDispatch();
  const { pickArchives, pickFolder } = useImportPicker();
  const choose = useChooseTheme();
  return useMemo(() => {
    const goTo = [...views, ...upkeep].map(
      ({ to, label, keys }): Action => ({
        id: `go${to}`,
        label,
        group: "Go to",
        keys,
        run: () => void navigate({ to, search: keepSearch }),
      }),
    );
    const focusFilter = () => document.getElementById("filter-text")?.focus();
    const rest: Action[] = [
      // The desktop window has no buttons of a browser.
      { id: "back", label: "Back", group: "Move", keys: "alt+arrowleft", run: () => history.back() },
      { id: "forward", label: "Forward", group: "Move", keys: "alt+arrowright", run: () => history.forward() },
      { id: "filter", label: "Filter everything", group: "View", keys: "/", run: focusFilter },
      { id: "inspector", label: "Show or hide the inspector", group: "View", keys: "i", run: () => dispatch(inspectorToggled()) },
      { id: "palette", label: "Find an action", group: "View", keys: "mod+k", run: () => dispatch(paletteToggled(true)) },
      { id: "help", label: "Keys", group: "View", keys: "?", run: () => dispatch(helpToggled(true)) },
      { id: "theme-light", label: "Light theme", group: "View", run: () => choose("light") },
      { id: "theme-dark", label: "Dark theme", group: "View", run: () => choose("dark") },
      { id: "theme-system", label: "Theme of the system", group: "View", run: () => choose("system") },
      { id: "import", label: "Import an archive", group: "Vault", run: pickArchives },
      { id: "import-folder", label: "Import a folder", group: "Vault", run: pickFolder },
      { id: "lock", label: "Lock the vault", group: "Vault", keys: "mod+l", run: () => void dispatch(engine.endpoints.lock.initiate({})) },
    ];
    return [...goTo, ...rest];
  }, [navigate, history, dispatch, choose, pickArchives, pickFolder]);
}
