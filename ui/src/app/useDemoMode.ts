import { useCallback } from "react";
import { engine } from "@/backend/engine";
import { forgotten } from "@/features/ask/conversation";
import { useAppDispatch } from "./store";

/** The setting's name: personal data is masked in everything that is shown. */
const DEMO_MODE = "demo_mode";

/** Whether demo mode is on. */
export function useDemoMode(): boolean {
  const { data } = engine.useSettingsQuery({});
  return data?.settings[DEMO_MODE] === true;
}

/** Turns demo mode on or off. What was answered before is forgotten: it was not masked, or need not be any more. */
export function useChooseDemoMode(): (on: boolean) => void {
  const dispatch = useAppDispatch();
  const [set] = engine.useSet_settingMutation();
  return useCallback(
    async (on) => {
      const { error } = await set({ key: DEMO_MODE, value: on });
      if (error !== undefined) return;
      dispatch(forgotten());
      dispatch(engine.util.resetApiState());
    },
    [dispatch, set],
  );
}
