import type { Backend } from "./backend";
import { httpBackend } from "./http";
import { takeToken } from "./token";

let current: Backend | undefined;

/** Reaches the engine in the way that this surface has. Called once, before anything is drawn. */
export async function connect(): Promise<void> {
  if ("__TAURI_INTERNALS__" in window) current = (await import("./tauri")).tauriBackend();
  else current = httpBackend(takeToken());
}

/** Puts another engine in place: tests do. */
export function setBackend(backend: Backend): void {
  current = backend;
}

export function backend(): Backend {
  if (current === undefined) throw new Error("The engine was asked before it was connected.");
  return current;
}

export type { Backend, CallName, Dropped, PartOf, RequestOf, ResponseOf, StreamName, Told } from "./backend";
export { asFailure, isFailure } from "./failure";
