import { useCallback, useEffect } from "react";
import { engine } from "@/backend/engine";
import { useAppDispatch, useAppSelector } from "./store";
import { applyTheme, type Theme, themeChosen } from "./surface";

/** The setting's name. */
const THEME = "theme";

const isTheme = (value: unknown): value is Theme => value === "system" || value === "light" || value === "dark";

/** Draws in the theme that the owner chose; it stays when the vault is locked, so that locking does not flash. */
export function useTheme(open: boolean): void {
  const { data } = engine.useSettingsQuery({}, { skip: !open });
  const dispatch = useAppDispatch();
  const theme = useAppSelector((state) => state.surface.theme);
  const chosen = data?.settings[THEME];
  useEffect(() => {
    if (isTheme(chosen)) dispatch(themeChosen(chosen));
  }, [chosen, dispatch]);
  useEffect(() => {
    applyTheme(theme);
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const follow = () => applyTheme(theme);
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, [theme]);
}

export function useChooseTheme(): (theme: Theme) => void {
  const dispatch = useAppDispatch();
  const [set] = engine.useSet_settingMutation();
  return useCallback(
    (theme) => {
      dispatch(themeChosen(theme));
      void set({ key: THEME, value: theme });
    },
    [dispatch, set],
  );
}
