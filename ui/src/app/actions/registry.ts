import { useEffect, useSyncExternalStore } from "react";

/** Something that a person can do: menu, palette, keys and help all read the same object. */
export type Action = {
  id: string;
  label: string;
  group: "Go to" | "Move" | "View" | "Vault";
  /** "mod+k", "g t", "/", "enter". */
  keys?: string;
  /** Whether it can be done now; always when absent. */
  guard?: () => boolean;
  run: () => void;
};

/** The order of the groups wherever actions are listed. */
const groups: Action["group"][] = ["Go to", "Move", "View", "Vault"];

export const inOrder = (actions: Action[]): Action[] =>
  [...actions].sort((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group));

type Owner = symbol;

/** The actions of whatever stands on the screen. */
class Registry {
  private byOwner = new Map<Owner, Action[]>();
  private listeners = new Set<() => void>();
  private all: Action[] = [];

  put(owner: Owner, actions: Action[]): void {
    this.byOwner.set(owner, actions);
    this.changed();
  }

  drop(owner: Owner): void {
    this.byOwner.delete(owner);
    this.changed();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): Action[] => this.all;

  /** Later owners stand first: a view's key wins over the shell's. */
  private changed(): void {
    this.all = [...this.byOwner.values()].reverse().flat();
    for (const listener of this.listeners) listener();
  }
}

export const registry = new Registry();

/** Offers actions while the component stands. Give a memoised list. */
export function useActions(actions: Action[]): void {
  useEffect(() => {
    const owner: Owner = Symbol("actions");
    registry.put(owner, actions);
    return () => registry.drop(owner);
  }, [actions]);
}

export const useAllActions = (): Action[] => useSyncExternalStore(registry.subscribe, registry.snapshot);
