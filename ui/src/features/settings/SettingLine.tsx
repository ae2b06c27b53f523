import type { ReactNode } from "react";

type Props = { name: string; note?: ReactNode; children: ReactNode };

/** A choice: what it is and what it does, and at the end what is chosen. */
export function SettingLine({ name, note, children }: Props) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-line border-b py-2 last:border-b-0">
      <div className="min-w-56 flex-1">
        <div>{name}</div>
        {note && <div className="max-w-xl text-faint">{note}</div>}
      </div>
      <div className="min-w-0 max-w-full">{children}</div>
    </div>
  );
}
