import type { ReactNode } from "react";

/** The parts of the settings, in the order in which they stand. */
export const parts = {
  app: "This app",
  locking: "Locking",
  vault: "Vault",
  backups: "Backups",
  keys: "Keys",
  export: "Export",
  check: "Check",
  forgotten: "Forgotten",
  log: "Log",
} as const;

export type Part = keyof typeof parts;

const idOf = (part: Part): string => `settings-${part}`;

type Props = { part: Part; note?: ReactNode; action?: ReactNode; children?: ReactNode };

/** A part of the settings under its heading. */
export function SettingsSection({ part, note, action, children }: Props) {
  return (
    <section aria-labelledby={idOf(part)} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-56 flex-1">
          <h2 id={idOf(part)} tabIndex={-1} className="scroll-mt-4 font-semibold text-[15px] leading-6 focus-visible:outline-none">
            {parts[part]}
          </h2>
          {note && <p className="max-w-2xl text-soft">{note}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

/** Leads to a part: beside the settings where there is room, above them where there is not. */
export function SettingsContents({ shown }: { shown: Part[] }) {
  const goTo = (part: Part) => {
    const heading = document.getElementById(idOf(part));
    heading?.scrollIntoView?.({ block: "start" });
    // What is read out, and where Tab goes on, follows the eye.
    heading?.focus({ preventScroll: true });
  };
  return (
    <nav aria-label="Parts of the settings" className="lg:sticky lg:top-4 lg:self-start">
      <ul className="-mx-2 flex flex-wrap gap-x-1 lg:flex-col">
        {shown.map((part) => (
          <li key={part}>
            <button
              type="button"
              className="w-full rounded-md px-2 py-1 text-left text-soft hover:bg-sunken hover:text-ink"
              onClick={() => goTo(part)}
            >
              {parts[part]}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
