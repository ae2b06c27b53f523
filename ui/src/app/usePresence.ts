import { useEffect } from "react";
import { backend } from "@/backend";

/** The engine is told at most so often, in milliseconds: oftener than the shortest time after which it locks. */
const PACE = 20_000;

const touches = ["pointermove", "pointerdown", "keydown", "wheel"] as const;

/** Tells the engine that someone is there. It locks the vault when nobody has been for as long as the owner chose. */
export function usePresence(): void {
  useEffect(() => {
    let told = Date.now();
    const touch = () => {
      if (Date.now() - told < PACE) return;
      told = Date.now();
      // Any question about the vault counts; a vault that was locked meanwhile says so by itself.
      backend()
        .call("settings", {})
        .catch(() => undefined);
    };
    for (const name of touches) window.addEventListener(name, touch, { passive: true });
    return () => {
      for (const name of touches) window.removeEventListener(name, touch);
    };
  }, []);
}
