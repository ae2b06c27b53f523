import { useEffect, useRef } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Failed, Skeleton } from "@/components/States";
import { forgotten } from "@/features/ask/conversation";
import { FirstRun } from "@/features/vault/FirstRun";
import { Stopped } from "@/features/vault/Stopped";
import { Unlock } from "@/features/vault/Unlock";
import { Shell } from "./shell/Shell";
import { useAppDispatch, useAppSelector } from "./store";
import { surfaceCleared } from "./surface";
import { useEngineEvents } from "./useEngineEvents";
import { useTheme } from "./useTheme";

/** The front door: nothing of the vault is drawn, or kept, unless it is open. */
export function Root() {
  useEngineEvents();
  const dispatch = useAppDispatch();
  const { data: status, error, refetch } = engine.useStatusQuery({});
  const recoveryCode = useAppSelector((state) => state.surface.recoveryCode);
  const restore = useAppSelector((state) => state.surface.restore);
  const stopped = useAppSelector((state) => state.surface.stopped);
  const state = status?.state;
  const wasOpen = useRef(false);
  useTheme(state === "unlocked");

  useEffect(() => {
    if (state === "unlocked") wasOpen.current = true;
    else if (state !== undefined && wasOpen.current) {
      wasOpen.current = false;
      dispatch(surfaceCleared());
      dispatch(forgotten());
      dispatch(engine.util.resetApiState());
    }
  }, [state, dispatch]);

  if (stopped) return <Stopped />;
  if (status === undefined) {
    return (
      <main className="m-auto flex h-full w-full max-w-lg flex-col justify-center p-4">
        {error ? <Failed failure={asFailure(error)} onRetry={() => void refetch()} /> : <Skeleton lines={3} label="Reaching the engine" />}
      </main>
    );
  }
  if (status.state === "none" || recoveryCode !== null || restore !== null) return <FirstRun path={status.path} />;
  if (status.state === "locked") return <Unlock status={status} />;
  return <Shell status={status} />;
}
