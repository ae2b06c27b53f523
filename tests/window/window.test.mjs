// The real window, as people meet it: from a new vault to an answer. `cargo xtask browser` sets up what it needs; screenshots
// are kept beside the vault, in `pictures`.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Window } from "./driver.mjs";

const { DATAPUNK_DESKTOP, DATAPUNK_FIXTURE, DATAPUNK_PASSPHRASE, DATAPUNK_VAULT, TAURI_DRIVER } = process.env;
const pictures = join(dirname(DATAPUNK_VAULT), "pictures");
const facts = JSON.parse(readFileSync(join(dirname(DATAPUNK_FIXTURE), "facts.json"), "utf8"));
/** Work in the vault may take so long, in milliseconds. */
const WORK = 180_000;
const ENTER = "\uE007";

let window;
before(async () => {
  assert.ok(!existsSync(DATAPUNK_VAULT), `${DATAPUNK_VAULT} is there already; the test makes its own vault and touches no other`);
  window = await Window.open(DATAPUNK_DESKTOP, TAURI_DRIVER);
});
after(() => window?.close());

test("a vault is made, its code is typed back, and it is locked and unlocked", async () => {
  await window.find("h1", "Make your vault");
  await window.picture(pictures, "1-new");
  await window.type("input", "Passphrase", DATAPUNK_PASSPHRASE);
  await window.type("input", "Passphrase again", DATAPUNK_PASSPHRASE);
  await window.click("button", "Make the vault");
  const code = await window.text("output", "Recovery code", WORK);
  assert.match(code, /^[0-9A-Z\s-]{32,}$/);
  await window.type("input", "Type it back", code.toLowerCase().replaceAll("-", " "));
  await window.click("button", "I have kept it");
  await window.click("button", "Lock");
  await window.find("h1", "Unlock your vault");
  assert.equal(await window.run("return document.body.innerText.includes('Places')"), false);
  await window.type("input", "Passphrase", "not the passphrase at all");
  await window.click("button", "Unlock");
  await window.until("a refusal", "return document.body.innerText.includes('does not open this vault')");
  await window.picture(pictures, "1-refused");
  await window.run("document.querySelector('input').select()");
  await window.type("input", "Passphrase", DATAPUNK_PASSPHRASE);
  await window.click("button", "Unlock");
  await window.find("nav", "Places", WORK);
  await window.picture(pictures, "1-unlocked");
});

test("an archive that is dropped shows its plan, is imported while other pages are looked at, and balances", async () => {
  await window.click("nav a", "Sources and imports");
  // The system's own drag cannot be played here; this is the event that the shell makes of one.
  const drop = { paths: [DATAPUNK_FIXTURE], position: { x: 300, y: 300 } };
  await window.run("window.__TAURI_INTERNALS__.invoke('plugin:event|emit', { event: 'tauri://drag-drop', payload: arguments[0] })", drop);
  await window.find("table", "Plan", WORK);
  await window.picture(pictures, "2-plan");
  await window.click("[role=dialog] button", "Import …");
  await window.click("nav a", "Jobs");
  await window.find("article", "Job …");
  await window.click("nav a", "Timeline");
  await window.click("nav a", "Sources and imports");
  await window.click("a", "Report of import…", WORK);
  await window.find("section", "Totals");
  assert.match(await window.text("main"), /It balances/);
  await window.picture(pictures, "2-report");
});

test("what is searched for is found, and an item is shown whole", async () => {
  const fact = facts.findable.find(({ by, kind }) => by === "word" && kind === "mail");
  await window.click("nav a", "Search");
  await window.press("/");
  await window.until("the focus", "return document.activeElement?.id === 'filter-text'");
  await window.type("input", "Filter", fact.query + ENTER);
  const row = await window.text("ol[aria-label=Hits] button");
  assert.ok(row.includes(fact.query), row);
  await window.picture(pictures, "3-found");
  await window.click("ol[aria-label=Hits] button");
  await window.find("aside", "Inspector");
  const item = await window.text("aside[aria-label=Inspector] article");
  for (const part of [fact.contains, fact.query, "Came from"]) assert.ok(item.includes(part), `${part} is not in:\n${item}`);
  await window.click("aside button", "Show the raw record");
  await window.find("section", "Raw record");
  await window.picture(pictures, "3-item");
  await window.click("aside button", "Close the item");
});

test("the timeline tells days, and the map shows places without a network", async () => {
  await window.click("button", "Clear the filter");
  await window.click("nav a", "Timeline");
  await window.find("section[aria-label=Timeline] h2");
  await window.until("a day's items", "return document.querySelectorAll('section[aria-label=Timeline] ol li').length > 0");
  const newest = await window.text("section[aria-label=Timeline] h2");
  await window.picture(pictures, "4-timeline");
  await window.run("const list = document.querySelector('section[aria-label=Timeline]'); list.scrollTop = list.scrollHeight");
  await window.until("the oldest day", "return ![...document.querySelectorAll('section[aria-label=Timeline] h2')].some((h) => h.textContent === arguments[0])", [newest]);
  await window.find("section[aria-label=Timeline] ol li");
  await window.picture(pictures, "4-oldest");
  await window.click("nav a", "Map");
  await window.find("canvas.maplibregl-canvas", null, WORK);
  await window.until("places in view", "return document.querySelectorAll('ul[aria-label=\"Places in view\"] li').length > 3");
  assert.equal(await window.run("return performance.getEntriesByType('resource').filter(({ name }) => /^https?:/.test(name) && !/^https?:..(ipc|tauri)\\.localhost/.test(name)).length"), 0);
  await window.picture(pictures, "4-map");
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
  await window.picture(pictures, "5-computed");
  const told = facts.questions.find(({ id }) => id === "booking_code");
  await window.type("input", "Question", told.question + ENTER);
  const article = `article[aria-label="${told.question}"][aria-busy=false]`;
  await window.until("a second answer", `return document.querySelector(arguments[0])?.innerText.includes("Worded")`, [article], WORK);
  const text = await window.text(article);
  assert.ok(text.includes(told.contains[0]), text);
  await window.picture(pictures, "5-cited");
  await window.click(`${article} button[aria-label^=Citation]`);
  await window.find("aside", "Inspector");
  await window.picture(pictures, "5-opened");
});
