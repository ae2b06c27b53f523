import type { ReactNode } from "react";

type Props = { title: string; children: ReactNode; footer?: ReactNode };

/** The one thing on the screen while the vault is closed. */
export function DoorCard({ title, children, footer }: Props) {
  return (
    <main className="flex h-full overflow-y-auto bg-sunken p-4">
      <div className="m-auto flex w-full max-w-md flex-col gap-4">
        <div className="flex items-center gap-2 text-soft">
          <img src="./icon.svg" alt="" className="size-6" />
          <span className="font-semibold text-ink">Datapunk</span>
        </div>
        <section className="flex flex-col gap-4 rounded-xl border border-line bg-raised p-5">
          <h1 className="font-semibold text-[18px] leading-6">{title}</h1>
          {children}
        </section>
        {footer && <div className="text-faint wrap-anywhere">{footer}</div>}
      </div>
    </main>
  );
}
