import { useAppDispatch, useAppSelector } from "@/app/store";
import { recoveryCodeShown } from "@/app/surface";
import { ChoosePassphrase } from "./ChoosePassphrase";
import { KeepCode } from "./KeepCode";

/** Makes a vault: a passphrase, then the recovery code, shown once and typed back. */
export function FirstRun({ path }: { path: string }) {
  const dispatch = useAppDispatch();
  const code = useAppSelector((state) => state.surface.recoveryCode);
  if (code !== null) return <KeepCode code={code} onKept={() => dispatch(recoveryCodeShown(null))} />;
  return <ChoosePassphrase path={path} onCreated={(created) => dispatch(recoveryCodeShown(created))} />;
}
