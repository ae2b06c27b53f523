import type { BaseQueryFn, EndpointBuilder, MutationDefinition, QueryDefinition } from "@reduxjs/toolkit/query/react";
import { createApi } from "@reduxjs/toolkit/query/react";
import { operations, tags } from "@/generated/operations";
import type { Failure } from "@/generated/types";
import { asFailure, backend, type CallName, type RequestOf, type ResponseOf } from ".";

export type Tag = (typeof tags)[number];
type Call = { op: CallName; body: RequestOf<CallName> };
type Base = BaseQueryFn<Call, unknown, Failure>;

/** An operation that changes nothing that views show is a query; every other one is a mutation. */
type QueryName = { [K in CallName]: (typeof operations)[K]["spoils"] extends readonly [] ? K : never }[CallName];
type Endpoints = {
  [K in CallName]: K extends QueryName
    ? QueryDefinition<RequestOf<K>, Base, Tag, ResponseOf<K>>
    : MutationDefinition<RequestOf<K>, Base, Tag, ResponseOf<K>>;
};

const run: Base = async ({ op, body }, { signal, dispatch }) => {
  try {
    return { data: await backend().call(op, body, signal) };
  } catch (thrown) {
    const error = asFailure(thrown);
    // Locked elsewhere, or by itself: what stands at the front door has to be looked at again.
    if (error.code === "locked") dispatch(engine.util.invalidateTags(["vault"]));
    return { error };
  }
};

/** Every operation as an endpoint, refreshed by the tags that the table declares. */
function endpoints(build: EndpointBuilder<Base, Tag, "engine">): Endpoints {
  const made = (Object.keys(operations) as (keyof typeof operations)[])
    .filter((name): name is CallName => !operations[name].stream)
    .map((name) => {
      const { shows, spoils } = operations[name];
      const query = (body: RequestOf<typeof name>): Call => ({ op: name, body });
      const endpoint =
        spoils.length === 0
          ? build.query<unknown, RequestOf<CallName>>({ query, providesTags: [...shows] })
          : build.mutation<unknown, RequestOf<CallName>>({
              query,
              invalidatesTags: (_answer, error) => (error === undefined ? [...spoils] : []),
            });
      return [name, endpoint];
    });
  return Object.fromEntries(made) as Endpoints;
}

export const engine = createApi({ reducerPath: "engine", baseQuery: run, tagTypes: tags, keepUnusedDataFor: 120, endpoints });
