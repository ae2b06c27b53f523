import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";

// What React or a library complains of is a fault, and fails the test that brought it out.
beforeEach(() => {
  vi.spyOn(console, "error");
  vi.spyOn(console, "warn");
});
afterEach(() => {
  cleanup();
  expect(vi.mocked(console.error).mock.calls).toEqual([]);
  expect(vi.mocked(console.warn).mock.calls).toEqual([]);
  vi.restoreAllMocks();
});

// happy-dom lays nothing out; the parts that a virtual list and the map listen to are given sizes here.
class SizedObserver implements ResizeObserver {
  constructor(private readonly heard: ResizeObserverCallback) {}
  observe(target: Element): void {
    const box = { inlineSize: 1000, blockSize: 800 };
    const rect = { width: 1000, height: 800, x: 0, y: 0, top: 0, left: 0, right: 1000, bottom: 800, toJSON: () => ({}) };
    const entry = { target, contentRect: rect, borderBoxSize: [box], contentBoxSize: [box], devicePixelContentBoxSize: [box] };
    queueMicrotask(() => this.heard([entry as ResizeObserverEntry], this));
  }
  unobserve(): void {}
  disconnect(): void {}
}
for (const view of [globalThis, document.defaultView]) Object.assign(view ?? {}, { ResizeObserver: SizedObserver });
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 800 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 1000 });
