import { useMemo } from "react";
import { useFilter } from "@/app/filter/useFilter";
import { plural, shortCount } from "@/app/format";
import { hueOf, isKind, kinds, sourceLabel } from "@/app/kinds";
import { engine } from "@/backend/engine";
import { Skeleton } from "@/components/States";
import type { Filter, NamedCount, Row } from "@/generated/types";
import { facetsOf } from "./facetCounts";
import { howMatched } from "./matched";

/** Counts of what the filter lets through; each narrows the filter, and again takes it back. `found` stands for a ranked search's hits. */
export function FacetList({ found }: { found: Row[] | undefined }) {
  const { filter, setFilter } = useFilter();
  const { data: counted } = engine.useFacetsQuery({ filter });
  const data = useMemo(() => (counted?.total === 0 && found !== undefined ? facetsOf(found) : counted), [counted, found]);
  if (data === undefined) return <Skeleton lines={12} label="Counting" />;
  return (
    <div className="flex flex-col gap-3 p-2">
      <p className="tabular px-1 text-soft">
        {plural(data.total, "item")}
        {data === counted && counted?.matched && ` ${howMatched(counted?.matched)}`}
      </p>
      <Facet
        title="Kinds"
        counts={data.kinds}
        label={(name) => (isKind(name) ? kinds[name].label : name)}
        hue={hueOf}
        chosen={filter.kinds ?? []}
        onToggle={(name) => isKind(name) && setFilter({ ...filter, kinds: toggled(filter.kinds, name) })}
      />
      <Facet
        title="Sources"
        counts={data.sources}
        label={sourceLabel}
        chosen={filter.sources ?? []}
        onToggle={(name) => setFilter({ ...filter, sources: toggled(filter.sources, name) })}
      />
      <Facet
        title="Years"
        counts={data.years}
        label={(name) => name}
        chosen={yearOf(filter)}
        onToggle={(name) => setFilter(withYear(filter, name))}
      />
      <Facet
        title="People"
        counts={data.people}
        label={(name) => name}
        chosen={filter.people ?? []}
        onToggle={(name) => setFilter({ ...filter, people: toggled(filter.people, name) })}
      />
    </div>
  );
}

function toggled<T extends string>(list: T[] | undefined, value: T): T[] {
  return list?.includes(value) ? list.filter((one) => one !== value) : [...(list ?? []), value];
}

function yearOf({ from, to }: Filter): string[] {
  if (from == null || to == null) return [];
  const year = new Date(from).getUTCFullYear();
  return from === Date.UTC(year, 0) && to === Date.UTC(year + 1, 0) ? [String(year)] : [];
}

function withYear(filter: Filter, name: string): Filter {
  const { from: _from, to: _to, ...rest } = filter;
  return yearOf(filter).includes(name) ? rest : { ...rest, from: Date.UTC(Number(name), 0), to: Date.UTC(Number(name) + 1, 0) };
}

type Props = {
  title: string;
  counts: NamedCount[];
  label: (name: string) => string;
  hue?: (name: string) => string;
  chosen: string[];
  onToggle: (name: string) => void;
};

function Facet({ title, counts, label, hue, chosen, onToggle }: Props) {
  if (counts.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="px-1 font-medium text-faint">{title}</h2>
      <ul>
        {counts.map(({ name, count }) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={chosen.includes(name)}
              onClick={() => onToggle(name)}
              className={`flex w-full items-center gap-1.5 rounded-md px-1 py-0.5 text-left hover:bg-sunken ${chosen.includes(name) ? "bg-wash font-medium" : ""}`}
            >
              {hue && <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: hue(name) }} />}
              <span className="min-w-0 flex-1 truncate">{label(name)}</span>
              <span className="tabular text-faint">{shortCount(count)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
