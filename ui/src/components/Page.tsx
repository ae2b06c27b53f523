import type { ReactNode } from "react";

type Props = {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode /** For tables of many columns. */;
  wide?: boolean;
};

/** A page that scrolls as a whole, under a heading. */
export function Page({ title, note, actions, children, wide = false }: Props) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className={`mx-auto flex flex-col gap-4 p-4 ${wide ? "max-w-6xl" : "max-w-4xl"}`}>
        <header className="flex flex-wrap items-start gap-x-3 gap-y-2">
          <div className="min-w-60 flex-1">
            <h1 className="font-semibold text-[18px] leading-7">{title}</h1>
            {note && <div className="text-soft">{note}</div>}
          </div>
          {actions}
        </header>
        {children}
      </div>
    </div>
  );
}
