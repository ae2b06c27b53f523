// A window under test, over the W3C WebDriver protocol as `tauri-driver` speaks it. No library: eight requests are all it takes.

import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

const PORT = 4444;
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** How long something may take to appear, in milliseconds; work in the vault is waited for longer. */
const PATIENCE = 20_000;

/** Finds the first visible element that fits a selector and is called so, as a screen reader would call it. */
const FIND = `
  const [selector, name] = arguments;
  const called = (element) => {
    const label = element.getAttribute("aria-label") ?? (element.labels?.length ? element.labels[0].textContent : element.textContent);
    return label.replace(/\\s+/g, " ").trim();
  };
  for (const element of document.querySelectorAll(selector)) {
    const { width, height } = element.getBoundingClientRect();
    if (width === 0 || height === 0 || element.disabled) continue;
    if (name === null || called(element) === name || (name.endsWith("…") && called(element).startsWith(name.slice(0, -1)))) return element;
  }
  return null;
`;

export class Window {
  #driver;
  #session;

  /** Starts the driver, and the window in it. */
  static async open(application, driver) {
    const window = new Window();
    window.#driver = spawn(driver, ["--port", String(PORT)], { stdio: ["ignore", "inherit", "inherit"] });
    try {
      const { sessionId } = await window.#begun({ capabilities: { alwaysMatch: { "tauri:options": { application } } } });
      window.#session = sessionId;
      return window;
    } catch (thrown) {
      await window.close();
      throw thrown;
    }
  }

  /** The driver, and the browser's own driver behind it, take a moment to listen; until then connections fail. */
  async #begun(capabilities) {
    for (let left = 50; ; left -= 1) {
      try {
        return await request("POST", "/session", capabilities);
      } catch (thrown) {
        if (left === 0 || thrown.cause === undefined) throw thrown;
        await pause(200);
      }
    }
  }

  #ask(method, path, body) {
    return request(method, `/session/${this.#session}${path}`, body);
  }

  /** Runs a script in the page; what it returns. */
  run(script, ...args) {
    return this.#ask("POST", "/execute/sync", { script, args });
  }

  /** Waits until the script returns something true; what it returned. `what` is said when it never does. */
  async until(what, script, args = [], patience = PATIENCE) {
    const end = Date.now() + patience;
    for (;;) {
      const found = await this.run(script, ...args);
      if (found) return found;
      if (Date.now() > end) throw new Error(`${what} did not come within ${patience / 1000} s; the page says:\n${await this.run("return document.body.innerText")}`);
      await pause(150);
    }
  }

  /** Waits for an element; a name that ends in … is the start of one. */
  find(selector, name = null, patience = PATIENCE) {
    return this.until(`${selector} ${name ?? ""}`, FIND, [selector, name], patience);
  }

  async click(selector, name = null, patience = PATIENCE) {
    const element = await this.find(selector, name, patience);
    await this.#ask("POST", `/element/${element[ELEMENT]}/click`, {});
  }

  async text(selector, name = null, patience = PATIENCE) {
    const element = await this.find(selector, name, patience);
    return this.#ask("GET", `/element/${element[ELEMENT]}/text`);
  }

  /** Types into a field, as keys. */
  async type(selector, name, text) {
    const element = await this.find(selector, name);
    await this.#ask("POST", `/element/${element[ELEMENT]}/value`, { text });
  }

  /** Presses keys, wherever the focus is. */
  async press(keys) {
    const actions = [...keys].flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.#ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  async close() {
    try {
      if (this.#session) await this.#ask("DELETE", "");
    } finally {
      this.#driver.kill();
    }
  }
}

async function request(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}
