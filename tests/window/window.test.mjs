// The real window, as people meet it: from a new vault to an answer. `cargo xtask browser` sets up what it needs; screenshots
// are kept beside the vault, in `pictures`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Window } from "./driver.mjs";
import { Screen } from "./screen.mjs";

const { DATAPUNK_DESKTOP, DATAPUNK_DISPLAY, DATAPUNK_ENGINE, DATAPUNK_FIXTURE, DATAPUNK_PASSPHRASE, DATAPUNK_VAULT, TAURI_DRIVER } = process.env;
const pictures = join(dirname(DATAPUNK_VAULT), "pictures");
const facts = JSON.parse(readFileSync(join(dirname(DATAPUNK_FIXTURE), "facts.json"), "utf8"));
/** Work in the vault may take so long, in milliseconds. */
const WORK = 180_000;
/** A frame that was drawn stands on the display after so long, in milliseconds. */
const FRAME = 300;
const ENTER = "\uE007";

let window;
before(async () => {
  assert.ok(!existsSync(DATAPUNK_VAULT), `${DATAPUNK_VAULT} is there already; the test makes its own vault and touches no other`);
  window = await Window.open(DATAPUNK_DESKTOP, TAURI_DRIVER);
});
after(() => window?.close());

/** Keeps what the display shows. */
async function picture(name) {
  await pause(FRAME);
  new Screen(DATAPUNK_DISPLAY).save(join(pictures, `${name}.png`));
}

/** What the map is to show and where it stands on the display: that there is a canvas says nothing of what is drawn on it. */
const MAP = `
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const hues = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).flatMap(({ style }) => [...(style ?? [])]);
  const { x, y, width, height } = document.querySelector("canvas.maplibregl-canvas").getBoundingClientRect();
  return {
    box: { x: screenX + x, y: screenY + y, width, height },
    land: colour("--land"),
    sea: colour("--sea"),
    places: [...new Set(hues.filter((name) => name.startsWith("--hue-")))].map(colour),
  };
`;

/** The share of the map that is land, that is sea, and that is a place, as the display shows it. */
async function mapDrawn() {
  const { box, land, sea, places } = await window.run(MAP);
  const counts = new Screen(DATAPUNK_DISPLAY).colours(box);
  const share = (colours) => colours.reduce((sum, colour) => sum + (counts.get(colour) ?? 0), 0) / (box.width * box.height);
  return { land: share([land]), sea: share([sea]), places: share(places) };
}

/** Waits until the display shows land, sea and places. */
async function mapIsDrawn() {
  const end = Date.now() + WORK;
  for (;;) {
    const { land, sea, places } = await mapDrawn();
    if (land > 0.05 && sea > 0.05 && places > 0.0005) return;
    if (Date.now() > end) throw new Error(`the map shows land on ${land}, sea on ${sea} and places on ${places} of it`);
    await pause(FRAME);
  }
}

test("a vault is made, its code is typed back, and it is locked and unlocked", async () => {
  await window.find("h1", "Make your vault");
  await picture("1-new");
  await window.type("input", "Passphrase", DATAPUNK_PASSPHRASE);
  await window.type("input", "Passphrase again", DATAPUNK_PASSPHRASE);
  await window.click("button", "Make the vault");
  const code = await window.text("output", "Recovery code", WORK);
  assert.match(code, /^([a-z]+ ){14}[a-z]+$/);
  await window.type("input", "Type it back", code.toUpperCase());
  await window.click("button", "I have kept it");
  await window.click("button", "Lock");
  await window.find("h1", "Unlock your vault");
  assert.equal(await window.run("return document.body.innerText.includes('Places')"), false);
  await window.type("input", "Passphrase", "not the passphrase at all");
  await window.click("button", "Unlock");
  await window.until("a refusal", "return document.body.innerText.includes('does not open this vault')");
  await picture("1-refused");
  await window.run("document.querySelector('input').select()");
  await window.type("input", "Passphrase", DATAPUNK_PASSPHRASE);
  await window.click("button", "Unlock");
  await window.find("nav", "Places", WORK);
  await picture("1-unlocked");
});

test("an archive that is dropped shows its plan, is imported while other pages are looked at, and balances", async () => {
  await window.click("nav a", "Sources and imports");
  // The system's own drag cannot be played here; this is the event that the shell makes of one.
  const drop = { paths: [DATAPUNK_FIXTURE], position: { x: 300, y: 300 } };
  await window.run("window.__TAURI_INTERNALS__.invoke('plugin:event|emit', { event: 'tauri://drag-drop', payload: arguments[0] })", drop);
  await window.find("table", "Plan", WORK);
  await picture("2-plan");
  await window.click("[role=dialog] button", "Import …");
  await window.until("the end of the plan", "return document.querySelector('[role=dialog]') === null");
  await window.click("nav a", "Jobs");
  await window.find("article", "Job …");
  await window.click("nav a", "Timeline");
  await window.click("nav a", "Sources and imports");
  await window.click("a", "Report of import…", WORK);
  await window.find("section", "Totals");
  assert.match(await window.text("main"), /It balances/);
  await picture("2-report");
});

test("what is searched for is found, and an item is shown whole", async () => {
  const fact = facts.findable.find(({ by, kind }) => by === "word" && kind === "mail");
  await window.click("nav a", "Search");
  await window.press("/");
  await window.until("the focus", "return document.activeElement?.id === 'filter-text'");
  await window.type("input", "Filter", fact.query + ENTER);
  const row = await window.text("ol[aria-label=Hits] button");
  assert.ok(row.includes(fact.query), row);
  await picture("3-found");
  await window.click("ol[aria-label=Hits] button");
  await window.find("aside", "Inspector");
  const item = await window.text("aside[aria-label=Inspector] article");
  for (const part of [fact.contains, fact.query, "Came from"]) assert.ok(item.includes(part), `${part} is not in:\n${item}`);
  await window.click("aside button", "Show the raw record");
  await window.find("section", "Raw record");
  await picture("3-item");
  await window.click("aside button", "Close the item");
});

test("the timeline tells days, and the map shows places without a network", async () => {
  await window.click("button", "Clear the filter");
  await window.click("nav a", "Timeline");
  await window.find("section[aria-label=Timeline] h2");
  await window.until("a day's items", "return document.querySelectorAll('section[aria-label=Timeline] ol li').length > 0");
  const newest = await window.text("section[aria-label=Timeline] h2");
  await picture("4-timeline");
  await window.run("const list = document.querySelector('section[aria-label=Timeline]'); list.scrollTop = list.scrollHeight");
  await window.until("the oldest day", "return ![...document.querySelectorAll('section[aria-label=Timeline] h2')].some((h) => h.textContent === arguments[0])", [newest]);
  await window.find("section[aria-label=Timeline] ol li");
  await picture("4-oldest");
  await window.click("nav a", "Map");
  await window.find("canvas.maplibregl-canvas", null, WORK);
  await window.until("places in view", "return document.querySelectorAll('ul[aria-label=\"Places in view\"] li').length > 3");
  assert.equal(await window.run("return performance.getEntriesByType('resource').filter(({ name }) => /^https?:/.test(name) && !/^https?:..(ipc|tauri)\\.localhost/.test(name)).length"), 0);
  await mapIsDrawn();
  await picture("4-map");
});

test("a question is answered with a number that was computed, and its citation opens the item", async () => {
  const counted = facts.questions.find(({ asks, unit }) => asks === "count" && unit === "");
  await window.click("nav a", "Ask");
  await window.type("input", "Question", counted.question + ENTER);
  const answer = await window.until(
    "an answer",
    "const article = document.querySelector('article[aria-busy=false]'); return article?.innerText.includes('Worded') && article.innerText",
    [],
    WORK,
  );
  assert.match(answer, new RegExp(`\\b${counted.number}\\b`), `expected ${counted.number}:\n${answer}`);
  await picture("5-computed");
  const told = facts.questions.find(({ id }) => id === "booking_code");
  await window.type("input", "Question", told.question + ENTER);
  const article = `article[aria-label="${told.question}"][aria-busy=false]`;
  await window.until("a second answer", `return document.querySelector(arguments[0])?.innerText.includes("Worded")`, [article], WORK);
  const text = await window.text(article);
  assert.ok(text.includes(told.contains[0]), text);
  await picture("5-cited");
  await window.click(`${article} button[aria-label^=Citation]`);
  await window.find("aside", "Inspector");
  await picture("5-opened");
});

test("what cannot be imported is said to be, and the vault stays as it was", async () => {
  const { items } = await window.run("return window.__TAURI_INTERNALS__.invoke('call', { op: 'stats', body: {} })");
  const broken = join(dirname(DATAPUNK_VAULT), "broken.zip");
  writeFileSync(broken, "A page that was saved in place of the archive.");
  const drop = { paths: [broken], position: { x: 300, y: 300 } };
  await window.run("window.__TAURI_INTERNALS__.invoke('plugin:event|emit', { event: 'tauri://drag-drop', payload: arguments[0] })", drop);
  const refusal = await window.text("[role=dialog] [role=alert]", null, WORK);
  assert.match(refusal, /broken\.zip is named like an archive/);
  await picture("6-refused");
  await window.click("[role=dialog] button", "Close");
  await window.until("the end of the refusal", "return document.querySelector('[role=dialog]') === null");
  assert.equal((await window.run("return window.__TAURI_INTERNALS__.invoke('call', { op: 'stats', body: {} })")).items, items);
});

test("a vault that another process has open is not opened twice", async () => {
  await window.click("button", "Lock");
  await window.find("h1", "Unlock your vault");
  const other = spawn(DATAPUNK_ENGINE, ["--vault", DATAPUNK_VAULT, "engine"], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    other.stdin.write(`${JSON.stringify({ id: 1, op: "unlock", body: { passphrase: DATAPUNK_PASSPHRASE } })}\n`);
    for await (const line of createInterface({ input: other.stdout })) if (JSON.parse(line).id === 1) break;
    await window.type("input", "Passphrase", DATAPUNK_PASSPHRASE);
    await window.click("button", "Unlock");
    assert.match(await window.text("[role=alert]", null, WORK), /in_use/);
    await picture("7-in-use");
  } finally {
    other.stdin.end();
    await once(other, "exit");
  }
  await window.click("button", "Unlock");
  await window.find("nav", "Places", WORK);
});

test("an engine that is killed is said to have stopped, and is started again", async () => {
  process.kill(enginePid(), "SIGKILL");
  await window.find("h1", "The engine has stopped");
  await picture("8-stopped");
  await window.click("button", "Start it again");
  await window.type("input", "Passphrase", DATAPUNK_PASSPHRASE);
  await window.click("button", "Unlock");
  await window.find("nav", "Places", WORK);
  await window.click("nav a", "Timeline");
  await window.find("section[aria-label=Timeline] ol li");
});

/** The process that has this vault open for the window. */
function enginePid() {
  const found = readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return command.includes(DATAPUNK_VAULT) && command.includes("engine");
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
  assert.equal(found.length, 1, `one engine was expected, not ${found}`);
  return Number(found[0]);
}
