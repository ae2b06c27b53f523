import { useEffect } from "react";
import { type Action, registry } from "./registry";

/** How long the second key of a pair may take, in milliseconds. */
const PAIR = 900;

const apple = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);

/** The key of an event as actions write it: "mod+k", "alt+arrowleft", "?", "enter". */
function written(event: KeyboardEvent): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const mod = apple ? event.metaKey : event.ctrlKey;
  if (event.altKey) return `alt+${key}`;
  return mod ? `mod+${key}` : key;
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** Keys that a control under the focus uses itself. */
const taken = (event: KeyboardEvent): boolean =>
  event.key === "Enter" && event.target instanceof HTMLElement && event.target.closest("button,a,[role=menuitem],[role=option]") !== null;

/** One listener for all keys. Plain keys are left to fields that are typed in, and to open dialogs. */
export function useKeys(): void {
  useEffect(() => {
    let first = "";
    let firstAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const key = written(event);
      const plain = !/^(?:mod|alt)\+/.test(key);
      // In a field, plain keys are letters, and Alt with the arrows goes from word to word.
      if (event.altKey && typing(event.target)) return;
      if (plain && (typing(event.target) || taken(event) || document.querySelector('[role="dialog"][data-state="open"]') !== null)) return;
      const pair = first !== "" && event.timeStamp - firstAt < PAIR ? `${first} ${key}` : "";
      const able = (action: Action) => action.guard?.() ?? true;
      const actions = registry.snapshot();
      const found = actions.find((one) => one.keys === pair && able(one)) ?? actions.find((one) => one.keys === key && able(one));
      first = plain ? key : "";
      firstAt = event.timeStamp;
      if (found === undefined) return;
      first = "";
      event.preventDefault();
      found.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

const named: Record<string, string> = {
  mod: apple ? "⌘" : "Ctrl",
  alt: apple ? "⌥" : "Alt",
  arrowleft: "←",
  arrowright: "→",
  enter: "↵",
  escape: "Esc",
};

/** Keys as a person reads them: ["Ctrl", "K"], ["g", "t"]. */
export function keycaps(keys: string): string[] {
  return keys.split(/[+ ]/).map((part) => named[part] ?? (keys.startsWith("mod+") ? part.toUpperCase() : part));
}
