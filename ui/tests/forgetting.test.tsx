import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { ForgetDialog } from "@/features/forget/Forget";
import type { ForgetPlan } from "@/generated/types";
import { EngineDouble } from "./engineDouble";
import { open, show } from "./showing";

const nothing: ForgetPlan = {
  items: 0,
  hidden: 0,
  points: 0,
  kinds: [],
  sources: [],
  years: [],
  attachments: 0,
  attachment_bytes: 0,
  shared_items: 0,
  shared_attachments: 0,
  exchanges: 0,
  searches: [],
  left_in_place: 0,
  people: [],
};

async function asked(plan: ForgetPlan) {
  const engine = new EngineDouble({ plan_forget: plan });
  const request = { items: [], filter: { people: ["Anna"] } };
  const user = show(engine, <ForgetDialog what="everything with Anna" request={request} onClose={() => undefined} />);
  const dialog = within(await screen.findByRole("dialog", { name: "Forget everything with Anna" }));
  return { engine, user, dialog };
}

test("what would go is counted before it goes, and the receipt says what went", async () => {
  const { engine, user, dialog } = await asked({
    ...nothing,
    items: 3,
    kinds: [
      { kind: "mail", count: 2 },
      { kind: "watch", count: 1 },
    ],
    sources: [{ name: "google.mail", count: 3 }],
    years: [{ year: 2019, count: 3 }],
    left_in_place: 1,
  });
  expect(await dialog.findByText("3 items would go.")).toBeTruthy();
  expect(dialog.getByText("2 mails, 1 video watched")).toBeTruthy();
  expect(dialog.getByText("1 photo or film outside of the vault, where they are")).toBeTruthy();
  engine.streamed = async () => ({ receipt: 4, asked_ms: 0, done: true, went: { items: 3 }, stayed: {}, asked: {}, hashes: [] });
  await user.click(dialog.getByRole("button", { name: "Forget it for good" }));
  const done = within(await screen.findByRole("dialog", { name: "Forgotten" }));
  expect(done.getByText("3 items gone")).toBeTruthy();
});

test("where nothing fits, nothing can be forgotten", async () => {
  const { dialog } = await asked(nothing);
  expect(await dialog.findByText("There is nothing to forget: no item fits.")).toBeTruthy();
  expect(dialog.queryByRole("button", { name: "Forget it for good" })).toBeNull();
});

test("the receipt is shown although the person whom it is about is gone", async () => {
  const person = { id: 7, name: "Anna", addresses: [], items: 1, is_owner: false, names: [], kinds: [], sources: [], merged: [] };
  const engine = new EngineDouble({ person, plan_forget: { ...nothing, items: 1 } });
  engine.streamed = async () => {
    engine.answers.person = { code: "not_found", message: "There is no such person.", hint: "" };
    return { receipt: 4, asked_ms: 0, done: true, went: { items: 1 }, stayed: {}, asked: {}, hashes: [] };
  };
  const { user } = open(engine, "/people/7");
  await user.click(await screen.findByRole("button", { name: "Forget…" }));
  await user.click(await screen.findByRole("button", { name: "Forget it for good" }));
  const done = within(await screen.findByRole("dialog", { name: "Forgotten" }));
  // The page under the dialog has asked again by now, and has nothing to show.
  expect(await screen.findByText("There is no such person.")).toBeTruthy();
  expect(done.getByText("1 item gone")).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(await screen.findByRole("heading", { name: "People" })).toBeTruthy();
});
