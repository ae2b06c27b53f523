import { Link } from "@tanstack/react-router";
import { addressText } from "@/app/addresses";
import { keepSearch } from "@/app/filter/useFilter";
import { plural, shortDay } from "@/app/format";
import type { PersonView } from "@/generated/types";

/** Someone: how often, since when, until when. Opens their page. */
export function PersonCard({ person }: { person: PersonView }) {
  const { id, name, addresses, items, first, last, is_owner } = person;
  const reached = addresses.map(addressText).filter((address) => address !== null);
  const shown = name || (reached[0] ?? "Unknown");
  return (
    <Link
      to="/people/$person"
      params={{ person: String(id) }}
      search={keepSearch}
      className="flex h-full w-full flex-col rounded-lg border border-line p-3 text-left hover:bg-sunken"
    >
      <span className="flex w-full items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">
          {shown}
          {is_owner && <span className="text-faint"> (you)</span>}
        </span>
        <span className="tabular text-faint">{plural(items, "item")}</span>
      </span>
      <span className="w-full truncate text-soft">{reached.filter((address) => address !== shown).join(", ")}</span>
      {first && last && (
        <span className="tabular text-faint">
          {shortDay(first)} – {shortDay(last)}
        </span>
      )}
    </Link>
  );
}
