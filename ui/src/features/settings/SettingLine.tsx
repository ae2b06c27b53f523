import type { ReactNode } from "react";

export function SettingLine({ name, note, children }: { name: string; note?: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b py-2 last:border-b-0">
      <div className="w-40 shrink-0">{name}</div>
      <div className="min-w-0">{children}</div>
      {note && <div className="text-faint">{note}</div>}
    </div>
  );
}
