import { addressText } from "@/app/addresses";
import { plural, shortDay } from "@/app/format";
import type { PersonView } from "@/generated/types";

type Props = { person: PersonView; onOpen: (name: string) => void };

/** Someone: how often, since when, until when. Opening it shows everything with them. */
export function PersonCard({ person: { name, addresses, items, first, last }, onOpen }: Props) {
  const reached = addresses.map(addressText).filter((address) => address !== null);
  const shown = name || (reached[0] ?? "Unknown");
  return (
    <button
      type="button"
      onClick={() => onOpen(shown)}
      className="flex h-full w-full flex-col rounded-lg border border-line p-3 text-left hover:bg-sunken"
    >
      <span className="flex w-full items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{shown}</span>
        <span className="tabular text-faint">{plural(items, "item")}</span>
      </span>
      <span className="w-full truncate text-soft">{reached.filter((address) => address !== shown).join(", ")}</span>
      {first && last && (
        <span className="tabular text-faint">
          {shortDay(first)} – {shortDay(last)}
        </span>
      )}
    </button>
  );
}
