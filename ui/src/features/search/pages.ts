import { engine } from "@/backend/engine";
import type { Filter, ListOrder, Page } from "@/generated/types";

/** Rows a page: enough for several screens, small enough to come at once. */
const ROWS = 200;

/** The list in time order, a page after another as one scrolls. */
export const paged = engine.injectEndpoints({
  endpoints: (build) => ({
    pages: build.infiniteQuery<Page, { filter: Filter; order: ListOrder }, string | null>({
      infiniteQueryOptions: { initialPageParam: null, getNextPageParam: (last) => last.next ?? undefined },
      query: ({ queryArg: { filter, order }, pageParam }) => ({ op: "list", body: { filter, order, after: pageParam, limit: ROWS } }),
      providesTags: ["items"],
    }),
  }),
});
