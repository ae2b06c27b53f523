import { useCallback, useEffect, useRef, useState } from "react";
import { asFailure, backend, type PartOf, type RequestOf, type ResponseOf } from "@/backend";
import type { StreamName } from "@/backend/backend";
import { engine } from "@/backend/engine";
import { operations } from "@/generated/operations";
import type { Failure } from "@/generated/types";
import { useAppDispatch } from "./store";

type StreamState<K extends StreamName> =
  | { state: "idle" }
  | { state: "running"; part: PartOf<K> | null }
  | { state: "done"; answer: ResponseOf<K> }
  | { state: "failed"; failure: Failure };

/** Runs a streamed operation for the component that stands, and ends it with the component. */
export function useStream<K extends StreamName>(op: K) {
  const [now, setNow] = useState<StreamState<K>>({ state: "idle" });
  const running = useRef<AbortController | null>(null);
  const dispatch = useAppDispatch();
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    async (body: RequestOf<K>) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setNow({ state: "running", part: null });
      try {
        const answer = await backend().stream(op, body, (part) => setNow({ state: "running", part }), controller.signal);
        setNow({ state: "done", answer });
        dispatch(engine.util.invalidateTags([...operations[op].spoils]));
      } catch (thrown) {
        if (!controller.signal.aborted) setNow({ state: "failed", failure: asFailure(thrown) });
      }
    },
    [op, dispatch],
  );
  const stop = useCallback(() => {
    running.current?.abort();
    setNow({ state: "idle" });
  }, []);
  return { now, start, stop };
}
