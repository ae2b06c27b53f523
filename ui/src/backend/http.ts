import type { Failure } from "@/generated/types";
import type { Backend, CallName, PartOf, RequestOf, ResponseOf, StreamName, Told } from "./backend";
import { asFailure, isFailure, unreachable } from "./failure";
import { jsonLines } from "./lines";

/** The first pause before the events are asked for again, and the longest, in milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

type StreamLine = { part: unknown } | { done: unknown } | { error: Failure };

/** The engine over HTTP, from the same origin as the page. */
export function httpBackend(token: string | null): Backend {
  const headers = { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };

  async function post(op: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    if (token === null) throw noToken();
    const request = { method: "POST", headers, body: JSON.stringify(body ?? {}), signal: signal ?? null };
    const response = await fetch(`/api/${op}`, request).catch((thrown: unknown) => {
      throw thrown instanceof TypeError ? unreachable() : thrown;
    });
    if (response.ok) return response;
    const failure: unknown = await response.json().catch(() => null);
    throw isFailure(failure) ? failure : refused(response.status);
  }

  return {
    startsEngine: false,

    async call<K extends CallName>(op: K, body: RequestOf<K>, signal?: AbortSignal): Promise<ResponseOf<K>> {
      try {
        return (await (await post(op, body, signal)).json()) as ResponseOf<K>;
      } catch (thrown) {
        throw asFailure(thrown);
      }
    },

    async stream<K extends StreamName>(op: K, body: RequestOf<K>, onPart: (part: PartOf<K>) => void, signal?: AbortSignal) {
      try {
        const response = await post(op, body, signal);
        if (response.body === null) throw unreachable();
        for await (const line of jsonLines(response.body) as AsyncGenerator<StreamLine>) {
          if ("part" in line) onPart(line.part as PartOf<K>);
          else if ("error" in line) throw line.error;
          else return line.done as ResponseOf<K>;
        }
        throw unreachable();
      } catch (thrown) {
        throw asFailure(thrown);
      }
    },

    events(onTold, onGap) {
      const ended = new AbortController();
      if (token !== null) void listen(headers, ended.signal, onTold, onGap);
      return () => ended.abort();
    },

    // A browser does not tell where a dropped file is, and the engine needs to know: the app then offers its own folder view.
    onDrop(onDrop, onHover) {
      const over = (event: DragEvent) => {
        event.preventDefault();
        onHover(true);
      };
      const leave = (event: DragEvent) => event.relatedTarget === null && onHover(false);
      const drop = (event: DragEvent) => {
        event.preventDefault();
        onHover(false);
        onDrop({ pathless: true });
      };
      window.addEventListener("dragover", over);
      window.addEventListener("dragleave", leave);
      window.addEventListener("drop", drop);
      return () => {
        window.removeEventListener("dragover", over);
        window.removeEventListener("dragleave", leave);
        window.removeEventListener("drop", drop);
      };
    },
  };
}

async function listen(headers: Record<string, string>, signal: AbortSignal, onTold: (told: Told) => void, onGap: () => void) {
  let pause = FIRST_PAUSE;
  let missed = false;
  while (!signal.aborted) {
    try {
      const response = await fetch("/api/events", { headers, signal });
      if (response.ok && response.body !== null) {
        pause = FIRST_PAUSE;
        if (missed) onGap();
        for await (const event of jsonLines(response.body)) onTold(event as Told);
      }
    } catch {
      // A connection that breaks is made anew at once; one that cannot be made again has nobody at its other end.
      if (missed && !signal.aborted) onTold({ event: "stopped" });
    }
    missed = true;
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

function noToken(): Failure {
  return {
    code: "forbidden",
    message: "This page was opened without the key of this start.",
    hint: "Open the whole address that `datapunk serve` printed, with what follows the #.",
  };
}

function refused(status: number): Failure {
  return { code: "internal", message: `The engine answered with status ${status} and without a reason.`, hint: "Try again." };
}
