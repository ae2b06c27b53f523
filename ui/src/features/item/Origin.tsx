import { useState } from "react";
import { Button } from "@/components/Button";
import type { ItemView } from "@/generated/types";
import { Section } from "./Section";

/** The files that the item was seen in, and the record as it stood there. */
export function Origin({ item }: { item: ItemView }) {
  const [open, setOpen] = useState(false);
  return (
    <Section title="Came from">
      <ul aria-label="Came from" className="flex flex-col gap-1">
        {item.came_from.map(({ import: number, path, archive }) => (
          <li key={`${number}:${archive}:${path}`} className="wrap-anywhere">
            {path}
            <span className="block text-faint">
              {archive}, import {number}
            </span>
          </li>
        ))}
      </ul>
      {item.at_raw && (
        <p className="text-faint wrap-anywhere">
          Time as written there: <code className="font-mono text-soft">{item.at_raw}</code>
        </p>
      )}
      {item.raw && (
        <div className="flex flex-col gap-1">
          <Button look="plain" className="-ml-3 self-start" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Hide the raw record" : "Show the raw record"}
          </Button>
          {open && (
            <section
              aria-label="Raw record"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
              tabIndex={0}
              className="max-h-96 overflow-auto rounded-lg bg-sunken p-2"
            >
              <pre className="whitespace-pre-wrap font-mono text-[11px] leading-4 wrap-anywhere">
                {readable(item.raw.format, item.raw.text)}
              </pre>
            </section>
          )}
          {open && item.raw.cut && <p className="text-faint">Only its first 256 KiB are shown.</p>}
        </div>
      )}
    </Section>
  );
}

/** JSON on several lines; everything else as it is. */
function readable(format: string, text: string): string {
  if (format !== "json" && format !== "csv_row") return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
