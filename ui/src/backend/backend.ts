import type { operations, Signatures } from "@/generated/operations";
import type { Event } from "@/generated/types";

export type OperationName = keyof typeof operations;
/** Operations whose answer comes in parts. */
export type StreamName = { [K in OperationName]: (typeof operations)[K]["stream"] extends true ? K : never }[OperationName];
export type CallName = Exclude<OperationName, StreamName>;

export type RequestOf<K extends OperationName> = Signatures[K]["request"];
export type ResponseOf<K extends OperationName> = Signatures[K]["response"];
export type PartOf<K extends OperationName> = Signatures[K]["part"];

/** What is said unasked: by the engine, or of the engine when it has ended without being asked to. */
export type Told = Event | { event: "stopped" };

/** What the person dropped: paths where the surface tells them, otherwise only that something was dropped. */
export type Dropped = { paths: string[] } | { pathless: true };

/**
 * The engine as the app sees it, whichever way it is reached. Every rejection is a `Failure`.
 */
export interface Backend {
  /** Runs an operation. */
  call<K extends CallName>(op: K, body: RequestOf<K>, signal?: AbortSignal): Promise<ResponseOf<K>>;
  /** Runs an operation whose answer comes in parts, and resolves with the whole. */
  stream<K extends StreamName>(op: K, body: RequestOf<K>, onPart: (part: PartOf<K>) => void, signal?: AbortSignal): Promise<ResponseOf<K>>;
  /** Whether a call starts an engine that has ended; a server has to be started by hand. */
  startsEngine: boolean;
  /** Listens to what is said unasked; `onGap` is called when something may have been missed. Returns an end. */
  events(onTold: (told: Told) => void, onGap: () => void): () => void;
  /** Asks for files with the system's own dialog; absent where there is none, and the `browse` operation serves instead. */
  pickFiles?: (what: "archives" | "folder") => Promise<string[]>;
  /** Listens for files dropped on the window. Returns an end. */
  onDrop(onDrop: (dropped: Dropped) => void, onHover: (over: boolean) => void): () => void;
}
