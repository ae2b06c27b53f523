import { Eraser } from "lucide-react";
import { useState } from "react";
import { useStream } from "@/app/useStream";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { ProgressLine } from "@/components/ProgressLine";
import { Failed, Note, Skeleton } from "@/components/States";
import type { ForgetRequest } from "@/generated/types";
import { ForgetPlanView } from "./ForgetPlanView";
import { ReceiptView } from "./ReceiptView";

type Props = { what: string; request: ForgetRequest; onForgotten?: () => void };

/** The way to forget something for good: what would go, and then the receipt. */
export function Forget({ what, request, onForgotten }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button className="self-start" onClick={() => setOpen(true)}>
        <Eraser aria-hidden className="size-4" />
        Forget…
      </Button>
      {open && (
        <ForgetDialog
          what={what}
          request={request}
          onClose={(forgotten) => {
            setOpen(false);
            if (forgotten) onForgotten?.();
          }}
        />
      )}
    </>
  );
}

type DialogProps = { what: string; request: ForgetRequest; onClose: (forgotten: boolean) => void };

function ForgetDialog({ what, request, onClose }: DialogProps) {
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
    <Dialog title={`Forget ${what}`} open onClose={close}>
      <div className="flex flex-col gap-3 p-4">
        {now.state === "idle" && error && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
        {now.state === "idle" && !error && plan === undefined && <Skeleton lines={4} label="Looking what would go" />}
        {now.state === "idle" && !error && plan && (
          <>
            <ForgetPlanView plan={plan} />
            <Note tone="warn">
              Nobody finds it any more, you neither, and importing it again does not bring it back. Backups and exports that were made
              before still hold it.
            </Note>
            <div className="flex justify-end gap-2">
              <Button onClick={close}>Keep it</Button>
              <Button look="danger" onClick={() => void start(request)}>
                Forget it for good
              </Button>
            </div>
          </>
        )}
        {now.state === "running" && (
          <ProgressLine label={now.part?.stage ?? "Beginning"} done={now.part?.done ?? 0} total={now.part?.total ?? 0} />
        )}
        {now.state === "failed" && <Failed failure={now.failure} onRetry={() => void start(request)} />}
        {now.state === "done" && (
          <div role="status" className="flex flex-col gap-3">
            <ReceiptView receipt={now.answer} />
            <Button className="self-end" onClick={close}>
              Close
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}
