import { useEffect } from "react";
import { engine } from "@/backend/engine";
import { useAppDispatch } from "./store";

/** The setting's name; minutes without a touch after which the vault is locked, 0 for never. */
export const AUTO_LOCK = "auto_lock_minutes";

/** Locks the vault after the minutes that the owner chose. */
export function useAutoLock(): void {
  const { data } = engine.useSettingsQuery({});
  const dispatch = useAppDispatch();
  const minutes = Number(data?.settings[AUTO_LOCK] ?? 0);
  useEffect(() => {
    if (!(minutes > 0)) return;
    let last = Date.now();
    const touch = () => {
      last = Date.now();
    };
    // The clock is asked, not a long timer, so that a sleeping machine locks as soon as it wakes.
    const timer = setInterval(() => {
      if (Date.now() - last >= minutes * 60_000) void dispatch(engine.endpoints.lock.initiate({}));
    }, 5000);
    const touches = ["pointermove", "pointerdown", "keydown", "wheel"] as const;
    for (const name of touches) window.addEventListener(name, touch, { passive: true });
    return () => {
      clearInterval(timer);
      for (const name of touches) window.removeEventListener(name, touch);
    };
  }, [minutes, dispatch]);
}
