import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { Filter } from "@/generated/types";
import { type Address, addressOf, filterOf } from "./address";

/** For a link or a move to another page: the filter and the selection come along. */
export const keepSearch = ((now: Address) => now) as never;

/** The one filter, which stands in the address, and how to change it. */
export function useFilter() {
  const address: Address = useSearch({ strict: false });
  const navigate = useNavigate();
  const { item, mode, like, talk, ...rest } = address;
  // The selection is part of the address and not of the filter: moving through a list must not ask anything anew.
  const written = JSON.stringify(rest);
  const filter = useMemo(() => filterOf(JSON.parse(written) as Address), [written]);

  const setFilter = useCallback(
    (next: Filter, { replace = false, to = "." }: { replace?: boolean; to?: string } = {}) => {
      void navigate({
        to,
        replace,
        search: (now: Address) => ({ ...addressOf(next), item: now.item, mode: now.mode, like: now.like, talk: now.talk }) as never,
      });
    },
    [navigate],
  );
  /** To the search, with another address altogether. */
  const goTo = useCallback((next: Address) => void navigate({ to: "/search", search: next as never }), [navigate]);
  return { filter, setFilter, mode, like, goTo };
}

/** The selected item, which stands in the address too, so that back returns to it. */
export function useSelection() {
  const { item }: Address = useSearch({ strict: false });
  const navigate = useNavigate();
  const select = useCallback(
    (id: string | undefined, { replace = false }: { replace?: boolean } = {}) => {
      void navigate({ to: ".", replace, resetScroll: false, search: (now: Address) => ({ ...now, item: id }) as never });
    },
    [navigate],
  );
  return { selected: item, select };
}
