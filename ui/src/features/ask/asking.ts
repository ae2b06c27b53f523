import { useCallback } from "react";
import type { Store } from "@/app/store";
import { useAppDispatch } from "@/app/store";
import { asFailure, backend } from "@/backend";
import type { Filter } from "@/generated/types";
import { answered, asked, failed, partCame } from "./conversation";

/** The questions that are being answered, so that they can be stopped from wherever one is. */
const running = new Map<number, AbortController>();
let last = 0;
/** Questions that a new one may go on with. */
const REMEMBERED = 12;

const ask = (question: string, filter: Filter) => async (dispatch: Store["dispatch"], getState: Store["getState"]) => {
  // A question may go on with those before it: "and in 2020?".
  const before = getState()
    .ask.exchanges.filter(({ state }) => state === "done")
    .map((exchange) => exchange.question)
    .slice(-REMEMBERED);
  last += 1;
  const id = last;
  const controller = new AbortController();
  running.set(id, controller);
  dispatch(asked({ id, question }));
  try {
    const answer = await backend().stream(
      "ask",
      { question, before, filter },
      (part) => dispatch(partCame({ id, part })),
      controller.signal,
    );
    dispatch(answered({ id, answer }));
  } catch (thrown) {
    dispatch(failed({ id, failure: asFailure(thrown) }));
  } finally {
    running.delete(id);
  }
};

/** Asks, and goes on when the page is left. */
export function useAsk() {
  const dispatch = useAppDispatch();
  return {
    ask: useCallback((question: string, filter: Filter) => void dispatch(ask(question, filter)), [dispatch]),
    stop: useCallback((id: number) => running.get(id)?.abort(), []),
  };
}
