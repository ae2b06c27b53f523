import { act, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Answer, ConversationView, ExchangeView } from "@/generated/types";
import { EngineDouble, row, view } from "./engineDouble";
import { open } from "./showing";

const cited = row("1".repeat(32), { title: "The tram mail" });

const answer = (words: string, conversation: number | null = null): Answer => ({
  answer: words,
  claims: [{ text: words, cites: [cited.id] }],
  plan: { asked: "find", understood: "mails about trams", filter: { text: "tram" }, steps: [], ignored: [] },
  items: [{ ...cited, score: 1, why: ["words 1"], same: [] }],
  abstained: false,
  withheld: false,
  choices: [],
  took_ms: 12,
  conversation,
});

const asked = (position: number, question: string, words: string): ExchangeView => ({
  position,
  asked: "2026-11-27T10:00:00Z",
  asked_ms: Date.UTC(2026, 10, 27, 10),
  question,
  filter: {},
  text: words,
  answer: answer(words),
});

const kept = (conversation: number, title: string, more: Partial<ConversationView> = {}): ConversationView => ({
  conversation,
  title,
  questions: 1,
  last: "2026-11-27T10:00:00Z",
  last_ms: Date.UTC(2026, 10, 27, 10),
  ...more,
});

const trams = [asked(1, "Which tram?", "You took tram 28."), asked(2, "and in 2020?", "Tram 12.")];
const all = [kept(7, "Which tram?", { questions: 2 }), kept(3, "How many photos?")];

/** An engine that keeps two conversations. */
function keeping() {
  const conversations = [...all];
  const exchanges: Record<number, ExchangeView[]> = { 7: [...trams], 3: [asked(1, "How many photos?", "12 photos.")] };
  const engine = new EngineDouble({
    item: () => view(cited),
    conversations: () => ({ conversations: [...conversations] }),
    conversation: ({ conversation }: { conversation: number }) =>
      exchanges[conversation]
        ? { conversation, exchanges: [...exchanges[conversation]] }
        : { code: "not_found", message: `There is no conversation ${conversation}.`, hint: "" },
    remove_conversation: ({ conversation }: { conversation: number }) => {
      conversations.splice(
        conversations.findIndex((one) => one.conversation === conversation),
        1,
      );
      delete exchanges[conversation];
      return { conversations: 1 };
    },
  });
  return { engine, conversations, exchanges };
}

const listed = async () => within(await screen.findByRole("complementary", { name: "Conversations" }));

test("a kept conversation opens with its answers and sources, stands in the address, and goes on", async () => {
  const { engine, conversations, exchanges } = keeping();
  const { user, history } = open(engine, "/ask");
  await user.click(await screen.findByRole("button", { name: /^Which tram\?/ }));
  const first = within(await screen.findByRole("article", { name: "Which tram?" }));
  expect(first.getByText("You took tram 28.")).toBeTruthy();
  expect(history.location.search).toBe("?talk=7");
  await user.click(first.getByRole("button", { name: "Citation 1" }));
  const inspector = await screen.findByRole("complementary", { name: "Inspector" });
  expect(await within(inspector).findByText("The words of The tram mail")).toBeTruthy();

  engine.streamed = async () => {
    conversations[0] = kept(7, "Which tram?", { questions: 3 });
    exchanges[7]?.push(asked(3, "and in 2021?", "None."));
    return answer("None.", 7);
  };
  await user.type(screen.getByLabelText("Question"), "and in 2021?{Enter}");
  expect(await screen.findByText("None.")).toBeTruthy();
  expect(engine.asked.find(({ op }) => op === "ask")?.body).toEqual({ question: "and in 2021?", conversation: 7, before: [], filter: {} });
  expect(await (await listed()).findByText(/3 questions/)).toBeTruthy();
  expect(screen.getAllByRole("article", { name: /^Which tram|in 20/ })).toHaveLength(3);
});

test("a new conversation gets its place in the address once it is kept; without, the questions before come along", async () => {
  const { engine } = keeping();
  const { user, history } = open(engine, "/ask?talk=7");
  await screen.findByText("You took tram 28.");
  await user.click(screen.getAllByRole("button", { name: "New conversation" })[0] as HTMLElement);
  expect(await screen.findByText("Ask about your life")).toBeTruthy();
  expect(history.location.search).toBe("");
  engine.streamed = async () => answer("Nobody keeps this.");
  await user.type(screen.getByLabelText("Question"), "One?{Enter}");
  await screen.findByText("Nobody keeps this.");
  expect(history.location.search).toBe("");
  engine.answers.conversation = { conversation: 8, exchanges: [asked(1, "Two?", "Kept.")] };
  engine.streamed = async () => answer("Kept.", 8);
  await user.type(screen.getByLabelText("Question"), "Two?{Enter}");
  await expect.poll(() => history.location.search).toBe("?talk=8");
  expect(engine.asked.filter(({ op }) => op === "ask").at(-1)?.body).toMatchObject({ conversation: null, before: ["One?"] });
  expect(screen.getByText("Nobody keeps this.")).toBeTruthy();
});

test("words find conversations, and what they were found by is told", async () => {
  const { engine } = keeping();
  const { user } = open(engine, "/ask");
  await (await listed()).findByText("How many photos?");
  engine.answers.conversations = ({ text }: { text: string }) => ({
    conversations: text === "2020" ? [kept(7, "Which tram?", { found: { position: 2, question: "and in 2020?" } })] : [],
  });
  await user.type((await listed()).getByLabelText("Find in conversations"), "2020");
  expect(await (await listed()).findByText("… and in 2020?")).toBeTruthy();
  expect((await listed()).queryByText("How many photos?")).toBeNull();
  await user.type((await listed()).getByLabelText("Find in conversations"), "1");
  expect(await (await listed()).findByText(/No question and no answer/)).toBeTruthy();
});

test("a conversation is removed once that is confirmed, and what was open is closed", async () => {
  const { engine } = keeping();
  const { user, history } = open(engine, "/ask?talk=7");
  await screen.findByText("You took tram 28.");
  await user.click(screen.getByRole("button", { name: "Remove the conversation “Which tram?”" }));
  const question = within(await screen.findByRole("alertdialog"));
  await user.click(question.getByRole("button", { name: "Keep it" }));
  expect(engine.asked.map(({ op }) => op)).not.toContain("remove_conversation");
  await user.click(screen.getByRole("button", { name: "Remove the conversation “Which tram?”" }));
  await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Remove it" }));
  expect(await screen.findByText("Ask about your life")).toBeTruthy();
  expect(history.location.search).toBe("");
  await expect.poll(async () => (await listed()).queryByText("Which tram?")).toBeNull();
});

test("what went with what it rested on is not shown any longer, and a failing vault says so", async () => {
  const { engine, exchanges } = keeping();
  const { user } = open(engine, "/ask?talk=7");
  await screen.findByText("You took tram 28.");
  exchanges[7] = trams.slice(1);
  await act(async () => engine.say({ event: "spoiled", tags: ["conversations"] }));
  await expect.poll(() => screen.queryByText("You took tram 28.")).toBeNull();
  expect(screen.getByText("Tram 12.")).toBeTruthy();
  delete exchanges[7];
  await act(async () => engine.say({ event: "spoiled", tags: ["conversations"] }));
  expect(await screen.findByText("This conversation is no longer kept")).toBeTruthy();
  expect(screen.queryByText("Tram 12.")).toBeNull();

  engine.answers.conversation = { code: "damaged", message: "Page 8 does not verify.", hint: "Check the vault." };
  await user.click(await screen.findByRole("button", { name: /^How many photos\?/ }));
  expect((await screen.findByRole("alert")).textContent).toContain("Page 8 does not verify.");
});

test("none is kept when the owner chose so, and all go from the settings", async () => {
  const { engine } = keeping();
  engine.answers.settings = { settings: { keep_conversations: "no" } };
  engine.answers.conversations = { conversations: [] };
  open(engine, "/ask");
  expect(await (await listed()).findByText(/None is kept/)).toBeTruthy();
});

test("the settings keep none from then on, and remove all that are kept", async () => {
  const { engine } = keeping();
  engine.answers.set_setting = { settings: { keep_conversations: "no" } };
  engine.answers.remove_conversations = { conversations: 2 };
  const { user } = open(engine, "/settings");
  await user.selectOptions(await screen.findByRole("combobox", { name: "Keep conversations" }), "no");
  expect(engine.asked.find(({ op }) => op === "set_setting")?.body).toEqual({ key: "keep_conversations", value: "no" });
  await user.click(screen.getByRole("button", { name: "Remove all" }));
  await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Remove all" }));
  expect(await screen.findByText("2 conversations removed.")).toBeTruthy();
});

test("of a conversation that is no longer kept nothing is shown, nor of the one that was open before", async () => {
  const { engine } = keeping();
  const { history } = open(engine, "/ask?talk=7");
  await screen.findByText("You took tram 28.");
  await act(async () => history.push("/ask?talk=99"));
  expect(await screen.findByText("This conversation is no longer kept")).toBeTruthy();
  expect(screen.queryByText("You took tram 28.")).toBeNull();
});
