import { act, screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Answer } from "@/generated/types";
import { EngineDouble, row, unlocked, view } from "./engineDouble";
import { open } from "./showing";

const day = { key: "2019-05-14", from_ms: Date.UTC(2019, 4, 14), count: 2, by_kind: [{ name: "mail", count: 2 }] };

test("a locked vault shows nothing but its door, and says why it stays shut", async () => {
  const engine = new EngineDouble({
    status: { ...unlocked, state: "locked", items: null },
    unlock: { code: "wrong_passphrase", message: "The passphrase does not open this vault.", hint: "Check the capitals." },
  });
  const { user } = open(engine, "/timeline");
  await user.type(await screen.findByLabelText("Passphrase"), "guess");
  await user.click(screen.getByRole("button", { name: "Unlock" }));
  expect(await screen.findByText("The passphrase does not open this vault. Check the capitals.")).toBeTruthy();
  expect(screen.queryByRole("navigation")).toBeNull();
  expect(engine.asked.map(({ op }) => op)).not.toContain("timeline");
});

test("the recovery code of a new vault has to be typed back before the vault is entered", async () => {
  const engine = new EngineDouble({ status: { ...unlocked, state: "none", items: null } });
  engine.answers.create_vault = () => {
    engine.answers.status = unlocked;
    return { recovery_code: "ABCD-1234-EFGH" };
  };
  const { user } = open(engine, "/timeline");
  await user.type(await screen.findByLabelText("Passphrase"), "plum anchor velvet tunnel crow");
  await user.type(screen.getByLabelText("Passphrase again"), "plum anchor velvet tunnel crow");
  await user.click(screen.getByRole("button", { name: "Make the vault" }));
  const back = await screen.findByLabelText("Type it back");
  await user.type(back, "abcd 1234 efgx");
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(screen.getByText(/not the code above/)).toBeTruthy();
  await user.clear(back);
  await user.type(back, "abcd 1234 efgh");
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(await screen.findByRole("navigation", { name: "Places" })).toBeTruthy();
});

test("an empty vault says what to do next, a failing one what failed, and retrying tries again", async () => {
  const engine = new EngineDouble({
    stats: { items: 0, track_points: 0, entities: 0, people: 0, by_kind: [], by_source: [], bytes_on_disk: 0 },
  });
  const { user } = open(engine, "/timeline");
  expect(await screen.findByText("Your vault is empty")).toBeTruthy();

  engine.answers.timeline = { code: "damaged", message: "Page 8 does not verify.", hint: "Check the vault." };
  await act(async () => engine.say({ event: "spoiled", tags: ["items"] }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("Page 8 does not verify.");
  expect(alert.textContent).toContain("damaged");

  engine.answers.timeline = { buckets: [day], total: 2, took_ms: 1 };
  engine.answers.list = { rows: [row("a"), row("b")], next: null };
  await user.click(within(alert).getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: /14/ })).toBeTruthy();
});

test("what is typed becomes the filter of the address, and of what is asked", async () => {
  const understood = { filter: { text: "tram" }, told: [] };
  const engine = new EngineDouble({ search: { hits: [], files: [], mode: "both", understood, notes: [], coverage: {}, took_ms: 1 } });
  const { user, history } = open(engine, "/search");
  await user.type(await screen.findByRole("combobox", { name: "Filter" }), "tram kind:photo ");
  expect(await screen.findByRole("button", { name: "Remove Photo" })).toBeTruthy();
  expect(history.location.search).toMatch(/^\?(?=.*q=tram)(?=.*kind=photo)/);
  await screen.findByText(/0 hits/);
  const asked = engine.asked.filter(({ op }) => op === "search").at(-1);
  expect(asked?.body).toMatchObject({ filter: { text: "tram", kinds: ["photo"] } });
});

test("what the engine reads among the words is shown as it was understood, and what it cannot read is marked", async () => {
  const understood = {
    filter: { senders: ["ana"], none_of: [{ kinds: ["mail"] }] },
    told: [{ at: { text: "from:ana -kind:mail", start: 5, end: 8 }, message: "Nobody is called so.", suggestions: ["Anna Meier"] }],
  };
  const engine = new EngineDouble({
    search: { hits: [], total: 0, files: [], mode: "both", understood, notes: [], coverage: {}, took_ms: 1 },
    saved_searches: { searches: [] },
  });
  const { user } = open(engine, "/search");
  await user.type(await screen.findByRole("combobox", { name: "Filter" }), "from:ana -kind:mail{Enter}");
  expect(await screen.findByText(/Understood as: from ana · not Mail/)).toBeTruthy();
  expect((await screen.findByText("ana", { selector: "mark" })).parentElement?.textContent).toBe("from:ana -kind:mail");
  expect(screen.getByText(/Did you mean Anna Meier/)).toBeTruthy();
  const asked = engine.asked.filter(({ op }) => op === "search").at(-1);
  expect(asked?.body).toMatchObject({ filter: { text: "from:ana -kind:mail" } });

  engine.answers.search = {
    code: "bad_request",
    message: "No kind of item is called so.",
    hint: "Did you mean kind:mail?",
    at: { text: "(kind:mial)", start: 6, end: 10 },
  };
  await user.clear(screen.getByRole("combobox", { name: "Filter" }));
  await user.type(screen.getByRole("combobox", { name: "Filter" }), "(kind:mial){Enter}");
  const alert = await screen.findByRole("alert");
  expect(within(alert).getByText("mial").tagName).toBe("MARK");
});

test("a search is kept under a name, and a press runs it", async () => {
  const understood = { filter: { text: "tram" }, told: [] };
  const kept = { name: "Rides", search: { filter: { text: "tram", kinds: ["trip"] }, mode: "words" }, saved_ms: 0 };
  const engine = new EngineDouble({
    search: { hits: [], files: [], mode: "both", understood, notes: [], coverage: {}, took_ms: 1 },
    saved_searches: { searches: [kept] },
    save_search: { searches: [kept] },
  });
  const { user, history } = open(engine, "/search?q=bus");
  await user.click(await screen.findByRole("button", { name: "Save this search" }));
  await user.type(await screen.findByLabelText("Name"), "Buses");
  await user.click(screen.getByRole("button", { name: "Save" }));
  const saved = engine.asked.find(({ op }) => op === "save_search");
  expect(saved?.body).toMatchObject({ name: "Buses", search: { filter: { text: "bus" }, mode: "both" } });
  await user.click(await screen.findByRole("button", { name: "Rides" }));
  expect(history.location.search).toMatch(/^\?(?=.*q=tram)(?=.*kind=trip)(?=.*mode=words)/);
});

test("a citation of a streamed answer opens its item in the inspector", async () => {
  const [one, two] = [row("1".repeat(32)), row("2".repeat(32), { title: "The tram mail" })];
  const engine = new EngineDouble({ item: ({ id }: { id: string }) => view(id === one.id ? one : two) });
  const plan = { asked: "find", understood: "mails about trams", filter: { text: "tram" }, steps: [], ignored: [] };
  engine.streamed = async (onPart) => {
    const part = onPart as (part: unknown) => void;
    part({ part: "plan", ...plan });
    part({ part: "text", text: "You took" });
    const answer: Answer = {
      answer: "You took tram 28.",
      claims: [{ text: "You took tram 28.", cites: [two.id] }],
      plan,
      items: [one, two].map((of) => ({ ...of, score: 1, why: ["words 1"], same: [] })),
      abstained: false,
      withheld: false,
      choices: [],
      took_ms: 12,
    };
    return answer;
  };
  const { user } = open(engine, "/ask");
  await user.type(await screen.findByLabelText("Question"), "Which tram?{Enter}");
  await user.click(await screen.findByRole("button", { name: "Citation 2" }));
  const inspector = await screen.findByRole("complementary", { name: "Inspector" });
  expect(await within(inspector).findByText("The words of The tram mail")).toBeTruthy();
});

test("an abstention says so, and an event of a lock closes the door", async () => {
  const engine = new EngineDouble({});
  const plan = { asked: "find", understood: "your shoe size", filter: {}, steps: [], ignored: [] };
  engine.streamed = async () => ({
    answer: "Searched mails of 2019.",
    claims: [],
    plan,
    items: [],
    abstained: true,
    withheld: false,
    choices: [],
    took_ms: 3,
  });
  const { user } = open(engine, "/ask");
  await user.type(await screen.findByLabelText("Question"), "What is my shoe size?{Enter}");
  expect(await screen.findByText(/Not in your data/)).toBeTruthy();
  engine.answers.status = { ...unlocked, state: "locked", items: null };
  await act(async () => engine.say({ event: "locked" }));
  expect(await screen.findByRole("heading", { name: "Unlock your vault" })).toBeTruthy();
  expect(screen.queryByText(/shoe size/)).toBeNull();
});

test("an engine that stops by itself is said to have, and can be started again", async () => {
  const engine = new EngineDouble({ timeline: { buckets: [day], total: 2, took_ms: 1 }, list: { rows: [row("a")], next: null } });
  const { user } = open(engine, "/timeline");
  await screen.findByRole("heading", { name: /14/ });
  engine.answers.status = { code: "unreachable", message: "Nobody answers.", hint: "Start it by hand." };
  await act(async () => engine.say({ event: "stopped" }));
  expect(await screen.findByRole("heading", { name: "The engine has stopped" })).toBeTruthy();
  expect(screen.queryByText("Mail a")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Start it again" }));
  expect(await screen.findByText("Nobody answers.")).toBeTruthy();
  engine.answers.status = { ...unlocked, state: "locked", items: null };
  await user.click(screen.getByRole("button", { name: "Start it again" }));
  expect(await screen.findByRole("heading", { name: "Unlock your vault" })).toBeTruthy();
});

test("someone who reads is not locked out: the engine is told, and not at every touch", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const engine = new EngineDouble({});
  const { user } = open(engine, "/settings");
  await screen.findByRole("heading", { name: "Settings" });
  const told = () => engine.asked.filter(({ op }) => op === "settings").length;
  const before = told();
  await user.keyboard("j");
  expect(told()).toBe(before);
  vi.advanceTimersByTime(30_000);
  await user.keyboard("jjj");
  expect(told()).toBe(before + 1);
  vi.useRealTimers();
});
