import { useAppDispatch } from "@/app/store";
import { engineStopped } from "@/app/surface";
import { asFailure, backend } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed } from "@/components/States";
import { DoorCard } from "./DoorCard";

/** Stands in place of everything when the engine has ended without being asked to. */
export function Stopped() {
  const dispatch = useAppDispatch();
  const [reach, { error, isFetching }] = engine.useLazyStatusQuery();
  const again = async () => {
    const { isSuccess } = await reach({});
    if (isSuccess) dispatch(engineStopped(false));
  };
  return (
    <DoorCard title="The engine has stopped">
      <p className="text-soft">
        It ended without being asked to, and your vault is closed. Nothing that was saved is lost. If an import was going on, import its
        archive again: what has come in already is only counted.
      </p>
      {error && !isFetching && <Failed failure={asFailure(error)} />}
      <Button look="solid" autoFocus disabled={isFetching} onClick={() => void again()}>
        {backend().startsEngine ? "Start it again" : "Try again"}
      </Button>
    </DoorCard>
  );
}
