import { Eraser } from "lucide-react";
import { ProgressView } from "@/app/ProgressView";
import { useStream } from "@/app/useStream";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Failed, Note, Skeleton } from "@/components/States";
import type { ForgetPlan, ForgetRequest } from "@/generated/types";
import { ForgetPlanView, takesNothing } from "./ForgetPlanView";
import { ReceiptView } from "./ReceiptView";

/** What is to be forgotten, and what it is called. */
export type ForgetAsked = { what: string; request: ForgetRequest };

export function ForgetButton({ onAsk }: { onAsk: () => void }) {
  return (
    <Button className="self-start" onClick={onAsk}>
      <Eraser aria-hidden className="size-4" />
      Forget…
    </Button>
  );
}

type Props = ForgetAsked & { onClose: (forgotten: boolean) => void };

/**
 * Forgets something for good: what would go, and then the receipt. It stands outside of what shows the thing, which has
 * nothing to show any more once it is gone.
 */
export function ForgetDialog({ what, request, onClose }: Props) {
  const { now, start } = useStream("forget");
  // Once it has begun there is nothing left to plan.
  const {
    data: plan,
    error,
    refetch,
  } = engine.usePlan_forgetQuery(request, {
    refetchOnMountOrArgChange: true,
    skip: now.state === "running" || now.state === "done",
  });
  // It goes on whether it is watched or not, so that it is watched to its end.
  const close = () => now.state !== "running" && onClose(now.state === "done");
  return (
    <Dialog title={now.state === "done" ? "Forgotten" : `Forget ${what}`} open onClose={close}>
      <div className="flex flex-col gap-3 p-4">
        {now.state === "idle" && error && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
        {now.state === "idle" && !error && plan === undefined && <Skeleton lines={4} label="Looking what would go" />}
        {now.state === "idle" && !error && plan && <Asking plan={plan} onKeep={close} onForget={() => void start(request)} />}
        {now.state === "running" && (
          <>
            <ProgressView label="Forgetting" progress={now.part} />
            <p className="text-faint">This stays open until nothing of it is left.</p>
          </>
        )}
        {now.state === "failed" && <Failed failure={now.failure} onRetry={() => void start(request)} />}
        {now.state === "done" && (
          <>
            <div role="status">
              <ReceiptView receipt={now.answer} />
            </div>
            <Note>Backups and exports that were made before still hold it. The receipt is kept in the settings.</Note>
            <Button className="self-end" onClick={close}>
              Close
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}

type AskingProps = { plan: ForgetPlan; onKeep: () => void; onForget: () => void };

/** What would go, and the last question before it does. */
function Asking({ plan, onKeep, onForget }: AskingProps) {
  if (takesNothing(plan)) {
    return (
      <>
        <p className="text-[14px]">There is nothing to forget: no item fits.</p>
        <Button className="self-end" onClick={onKeep}>
          Close
        </Button>
      </>
    );
  }
  return (
    <>
      <ForgetPlanView plan={plan} />
      <Note tone="warn">
        It goes for good: nobody finds it any more, not even you, and importing it again does not bring it back. Backups and exports that
        were made before still hold it.
      </Note>
      <div className="flex justify-end gap-2">
        <Button onClick={onKeep}>Keep it</Button>
        <Button look="danger" onClick={onForget}>
          Forget it for good
        </Button>
      </div>
    </>
  );
}
