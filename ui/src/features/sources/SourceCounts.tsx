import { useFilter } from "@/app/filter/useFilter";
import { count } from "@/app/format";
import { sourceLabel } from "@/app/kinds";
import { engine } from "@/backend/engine";

/** How much came from each source; each opens what it brought. */
export function SourceCounts() {
  const { data } = engine.useStatsQuery({});
  const { setFilter } = useFilter();
  if (data === undefined || data.by_source.length === 0) return null;
  return (
    <section aria-label="Sources">
      <h2 className="font-semibold text-[14px]">Sources</h2>
      <ul aria-label="Sources" className="grid grid-cols-[repeat(auto-fill,minmax(200px,1fr))] gap-x-6">
        {data.by_source.map(({ name, count: items }) => (
          <li key={name} className="border-line border-b">
            <button
              type="button"
              className="flex w-full items-baseline gap-2 py-1 text-left hover:text-accent"
              onClick={() => setFilter({ sources: [name] }, { to: "/search" })}
            >
              <span className="min-w-0 flex-1 truncate">{sourceLabel(name)}</span>
              <span className="tabular text-faint">{count(items)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
