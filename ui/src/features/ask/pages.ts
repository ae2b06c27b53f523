import { engine } from "@/backend/engine";
import type { Conversations } from "@/generated/types";

/** Conversations a page: more than one screen, and few enough to come at once. */
const CONVERSATIONS = 40;

/** The conversations that are kept, a page after another. */
export const pagedConversations = engine.injectEndpoints({
  endpoints: (build) => ({
    conversationPages: build.infiniteQuery<Conversations, { text: string }, string | null>({
      infiniteQueryOptions: { initialPageParam: null, getNextPageParam: (last) => last.next ?? undefined },
      query: ({ queryArg: { text }, pageParam }) => ({ op: "conversations", body: { text, after: pageParam, limit: CONVERSATIONS } }),
      providesTags: ["conversations"],
    }),
  }),
});
