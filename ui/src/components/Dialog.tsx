import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { IconButton } from "./Button";
import { classes } from "./classes";

type Props = {
  title: string;
  description?: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** "sheet" rises from the edge on narrow screens, "wide" is for tables. */
  look?: "plain" | "wide" | "sheet";
  hideTitle?: boolean;
};

const looks = {
  plain: "left-1/2 top-[6vh] sm:top-[16vh] w-[min(520px,calc(100vw-24px))] -translate-x-1/2 rounded-xl max-h-[88vh] sm:max-h-[76vh]",
  wide: "left-1/2 top-[6vh] w-[min(960px,calc(100vw-24px))] -translate-x-1/2 rounded-xl max-h-[88vh]",
  sheet: "inset-x-0 bottom-0 h-[86vh] rounded-t-xl",
};

/** A window above the page; focus stays in it, Escape closes it. */
export function Dialog({ title, description, open, onClose, children, look = "plain", hideTitle = false }: Props) {
  const cameFrom = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Radix.Content
          className={classes(
            "fixed z-50 flex flex-col overflow-hidden border border-line bg-raised shadow-2xl focus:outline-none",
            looks[look],
          )}
          onOpenAutoFocus={(event) => {
            cameFrom.current = document.activeElement;
            // What is typed into comes first; without such a line the dialog itself, whose title is then read, and not its way out.
            const content = event.currentTarget as HTMLElement;
            event.preventDefault();
            (content.querySelector<HTMLElement>('input:not([type="checkbox"])') ?? content).focus();
          }}
          // It is opened by a state and not by a trigger that Radix knows, so it gives the focus back itself.
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
          }}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          <div className={hideTitle ? "sr-only" : "flex items-center gap-2 border-line border-b px-4 py-2"}>
            <div className="min-w-0 flex-1">
              <Radix.Title className="truncate font-semibold text-[14px]">{title}</Radix.Title>
              {description && <Radix.Description className="text-soft">{description}</Radix.Description>}
            </div>
            <IconButton label="Close" onClick={onClose}>
              <X aria-hidden className="size-4" />
            </IconButton>
          </div>
          <div className="flex min-h-0 flex-1 flex-col overflow-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
