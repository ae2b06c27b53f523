import { AlertDialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./Button";

type Props = { title: string; children: ReactNode; confirm: string; open: boolean; onConfirm: () => void; onCancel: () => void };

/** Asks before something is taken away, and says what it is. */
export function Confirm({ title, children, confirm, open, onConfirm, onCancel }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onCancel()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Radix.Content className="fixed top-[22vh] left-1/2 z-50 flex w-[min(440px,calc(100vw-24px))] -translate-x-1/2 flex-col gap-3 rounded-xl border border-line bg-raised p-4 shadow-2xl focus:outline-none">
          <Radix.Title className="font-semibold text-[14px]">{title}</Radix.Title>
          <Radix.Description asChild>
            <div className="text-soft">{children}</div>
          </Radix.Description>
          <div className="flex justify-end gap-2">
            <Radix.Cancel asChild>
              <Button look="quiet">Keep it</Button>
            </Radix.Cancel>
            <Radix.Action asChild>
              <Button look="danger" onClick={onConfirm}>
                {confirm}
              </Button>
            </Radix.Action>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
