import { useCallback } from "react";
import type { Store } from "@/app/store";
import { useAppDispatch } from "@/app/store";
import { asFailure, backend } from "@/backend";
import { engine } from "@/backend/engine";
import { operations } from "@/generated/operations";
import type { Filter } from "@/generated/types";
import { answered, asked, failed, partCame } from "./conversation";

/** The questions that are being answered, so that they can be stopped from wherever one is. */
const running = new Map<number, AbortController>();
let last = 0;
/** Questions that a new one may go on with. */
const REMEMBERED = 12;

const ask = (question: string, filter: Filter) => async (dispatch: Store["dispatch"], getState: Store["getState"]) => {
  const { conversation, exchanges } = getState().ask;
  // A question may go on with those before it: "and in 2020?". Those that are kept the engine knows.
  const before = exchanges
    .filter(({ state, kept }) => state === "done" && !kept)
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
      { question, conversation, before, filter },
      (part) => dispatch(partCame({ id, part })),
      controller.signal,
    );
    dispatch(answered({ id, answer }));
    if (answer.conversation != null) dispatch(engine.util.invalidateTags([...operations.ask.spoils]));
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
