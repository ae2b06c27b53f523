import { useState } from "react";
import { useAppDispatch, useAppSelector } from "@/app/store";
import { recoveryCodeShown } from "@/app/surface";
import { ChoosePassphrase } from "./ChoosePassphrase";
import { KeepCode } from "./KeepCode";
import { RestoreVault } from "./RestoreVault";

/** Makes a vault: a passphrase, then the recovery code, shown once and typed back. Or brings one back from a backup. */
export function FirstRun({ path }: { path: string }) {
  const dispatch = useAppDispatch();
  const code = useAppSelector((state) => state.surface.recoveryCode);
  const [restoring, setRestoring] = useState(false);
  if (code !== null) return <KeepCode code={code} onKept={() => dispatch(recoveryCodeShown(null))} />;
  if (restoring) return <RestoreVault path={path} onBack={() => setRestoring(false)} />;
  return (
    <ChoosePassphrase path={path} onCreated={(created) => dispatch(recoveryCodeShown(created))} onRestore={() => setRestoring(true)} />
  );
}
