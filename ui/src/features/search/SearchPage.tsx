import { useNavigate } from "@tanstack/react-router";
import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import type { Address } from "@/app/filter/address";
import { useFilter } from "@/app/filter/useFilter";
import { engine } from "@/backend/engine";
import { IconButton } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Select } from "@/components/Field";
import type { ListOrder, SearchMode } from "@/generated/types";
import { FacetList } from "./FacetList";
import { FoundList, MOST } from "./FoundList";
import { SavedSearches, SaveSearch } from "./SavedSearches";
import { TimeList } from "./TimeList";

type Order = "best" | ListOrder;

const modes = [
  ["both", "Words and meaning"],
  ["words", "Words"],
  ["meaning", "Meaning"],
] as const;

const isMode = (mode: string | undefined): mode is SearchMode => modes.some(([name]) => name === mode);

/** Which item the hits are like, and the way back to all that fits the filter. */
function LikeToken({ id }: { id: string }) {
  const { data: item } = engine.useItemQuery({ id });
  const navigate = useNavigate();
  return (
    <span className="flex items-center rounded-md bg-wash pl-2 text-accent">
      <span className="max-w-52 truncate">like “{item?.title || "this item"}”</span>
      <IconButton
        label="Show all that fits the filter"
        onClick={() => void navigate({ to: ".", search: ((now: Address) => ({ ...now, like: undefined })) as never })}
      >
        <X aria-hidden className="size-3" />
      </IconButton>
    </span>
  );
}

/** What fits the filter, best first when there are words, otherwise in order of time; counts beside it. */
export function SearchPage() {
  const { filter, mode, like } = useFilter();
  const navigate = useNavigate();
  const [order, setOrder] = useState<Order>("best");
  const [sheet, setSheet] = useState(false);
  const worded = Boolean(filter.text);
  const ranked = like !== undefined || (worded && order === "best");
  const orders = [
    ...(worded ? [["best", "Best first"] as const] : []),
    ["newest", "Newest first"] as const,
    ["oldest", "Oldest first"] as const,
  ];
  const by = isMode(mode) ? mode : "both";
  const { currentData: answer } = engine.useSearchQuery({ filter, mode: by, limit: MOST, like }, { skip: !ranked });
  const setMode = (next: string) =>
    void navigate({ to: ".", replace: true, search: ((now: Address) => ({ ...now, mode: next === "both" ? undefined : next })) as never });

  const found = ranked ? answer?.hits : undefined;
  return (
    <div className="flex min-h-0 flex-1">
      <aside aria-label="Facets" className="hidden w-52 shrink-0 overflow-y-auto border-line border-r lg:block">
        <SavedSearches />
        <FacetList found={found} />
      </aside>
      <Dialog title="Facets" look="sheet" open={sheet} onClose={() => setSheet(false)}>
        <SavedSearches />
        <FacetList found={found} />
      </Dialog>
      <section aria-label="Results" className="flex min-w-0 flex-1 flex-col">
        <h1 className="sr-only">Search</h1>
        <div className="flex flex-wrap items-center gap-2 border-line border-b px-3 py-1">
          <Select
            label="Order"
            options={orders}
            value={order === "best" && !worded ? "newest" : order}
            onChoose={(value) => setOrder(value as Order)}
          />
          {ranked && like === undefined && <Select label="Search by" options={modes} value={by} onChoose={setMode} />}
          {like !== undefined && <LikeToken id={like} />}
          <SaveSearch mode={by} />
          <IconButton label="Facets" className="lg:hidden" onClick={() => setSheet(true)}>
            <ListFilter aria-hidden className="size-4" />
          </IconButton>
        </div>
        {ranked ? (
          <FoundList filter={filter} mode={by} like={like} />
        ) : (
          <TimeList filter={filter} order={order === "oldest" ? "oldest" : "newest"} />
        )}
      </section>
    </div>
  );
}
