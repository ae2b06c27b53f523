import { engine } from "@/backend/engine";
import type { People } from "@/generated/types";

/** People a page: more than one screen, and few enough to come at once. */
const PEOPLE = 120;

/** Who there is, a page after another. */
export const pagedPeople = engine.injectEndpoints({
  endpoints: (build) => ({
    peoplePages: build.infiniteQuery<People, { text: string }, string | null>({
      infiniteQueryOptions: { initialPageParam: null, getNextPageParam: (last) => last.next ?? undefined },
      query: ({ queryArg: { text }, pageParam }) => ({ op: "people", body: { text, after: pageParam, limit: PEOPLE } }),
      providesTags: ["items"],
    }),
  }),
});
