import { useState } from "react";
import { useAppDispatch, useAppSelector } from "@/app/store";
import { recoveryCodeShown, restoreMoved } from "@/app/surface";
import { engine } from "@/backend/engine";
import { ChoosePassphrase } from "./ChoosePassphrase";
import { KeepCode } from "./KeepCode";
import { RestoredVault } from "./RestoredVault";
import { RestoreVault } from "./RestoreVault";

/** Makes a vault: a passphrase, then the recovery code, shown once and typed back. Or brings one back from a backup. */
export function FirstRun({ path }: { path: string }) {
  const dispatch = useAppDispatch();
  const code = useAppSelector((state) => state.surface.recoveryCode);
  const restore = useAppSelector((state) => state.surface.restore);
  const [restoring, setRestoring] = useState(false);
  const [sayKept] = engine.useRecovery_code_keptMutation();
  const onKept = () => {
    // Should the vault be locked meanwhile, the next unlock asks once more whether the code is there.
    void sayKept({});
    dispatch(recoveryCodeShown(null));
  };
  if (code !== null) return <KeepCode code={code} onKept={onKept} />;
  if (restore !== null && restore !== "running")
    return <RestoredVault restored={restore} path={path} onGoOn={() => dispatch(restoreMoved(null))} />;
  if (restoring) return <RestoreVault path={path} onBack={() => setRestoring(false)} />;
  return (
    <ChoosePassphrase path={path} onCreated={(created) => dispatch(recoveryCodeShown(created))} onRestore={() => setRestoring(true)} />
  );
}
