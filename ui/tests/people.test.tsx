import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { PersonDetail, PersonView, SuggestionView } from "@/generated/types";
import { EngineDouble } from "./engineDouble";
import { open } from "./showing";

const someone = (id: number, name: string, address: string): PersonView => ({
  id,
  name,
  addresses: [address],
  items: id,
  first: "2019-05-06T10:00:00Z",
  last: "2019-05-07T10:00:00Z",
  is_owner: false,
});
const anna = someone(4, "Anna Meier", "mailto:anna.meier@gmail.com");
const alias = someone(7, "am", "mailto:annameier@gmail.com");
const pair: SuggestionView = { one: anna, other: alias, strength: "strong", evidence: ["Both are the mailbox annameier@gmail.com."] };
const detail: PersonDetail = {
  ...anna,
  names: [{ name: "Anna Meier", count: 3 }],
  kinds: [{ kind: "mail", count: 4 }],
  sources: [{ name: "google.mail", count: 4 }],
  merged: [{ merge: 2, from: [["mailto:anna.meier@gmail.com"], ["mailto:annameier@gmail.com"]] }],
};

const bodies = (engine: EngineDouble, op: string) => engine.asked.filter((call) => call.op === op).map((call) => call.body);

test("a suggestion says why, and is merged or declined by a key, and then gone", async () => {
  let left = [
    pair,
    {
      ...pair,
      other: someone(9, "A. Meier", "mailto:a.meier@acme.example"),
      strength: "possible" as const,
      evidence: ["Both are called so."],
    },
  ];
  const engine = new EngineDouble({ people: { people: [anna, alias] }, people_suggestions: () => ({ suggestions: left }) });
  const decide = (answer: unknown) => () => {
    left = left.slice(1);
    return answer;
  };
  engine.answers.people_merge = decide(detail);
  engine.answers.people_decline = decide({});
  const { user } = open(engine, "/people");
  const suggestions = await screen.findByRole("region", { name: "Suggestions" });
  expect(within(suggestions).getByText(/Both are the mailbox/).textContent).toContain("Very likely one person.");
  within(within(suggestions).getByRole("article", { name: "Anna Meier and am" }))
    .getByRole("button", { name: "Merge" })
    .focus();
  await user.keyboard("{Enter}");
  const second = await screen.findByRole("article", { name: "Anna Meier and A. Meier" });
  expect(bodies(engine, "people_merge")).toEqual([{ ids: [4, 7] }]);
  await user.click(within(second).getByRole("button", { name: "Not the same" }));
  expect(bodies(engine, "people_decline")).toEqual([{ one: 4, other: 9 }]);
  await expect.poll(() => screen.queryByRole("region", { name: "Suggestions" })).toBeNull();
});

test("people come page by page, and typing asks for those of that name", async () => {
  const engine = new EngineDouble({
    people: ({ after, text }: { after: string | null; text: string }) => {
      if (text !== "") return { people: [alias] };
      return after === null ? { people: [anna], next: "4:4" } : { people: [alias] };
    },
  });
  const { user } = open(engine, "/people");
  const list = await screen.findByRole("list", { name: "People" });
  await within(list).findByText("Anna Meier");
  await user.click(screen.getByRole("button", { name: "Show more people" }));
  expect(await within(list).findByText("am")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show more people" })).toBeNull();
  await user.type(screen.getByLabelText("Find a person"), "am");
  await expect.poll(() => within(list).queryByText("Anna Meier")).toBeNull();
});

test("a person's page tells what is known, parts what was merged, and leads to everything with them", async () => {
  const engine = new EngineDouble({
    person: detail,
    people_unmerge: { ...detail, merged: [] },
    search: { hits: [], files: [], mode: "both", notes: [], coverage: {}, took_ms: 1 },
  });
  const { user, history } = open(engine, "/people/4");
  expect(await screen.findByRole("heading", { name: "Anna Meier" })).toBeTruthy();
  expect(within(screen.getByRole("region", { name: "Items" })).getByText("mails")).toBeTruthy();
  expect(bodies(engine, "person")).toEqual([{ id: 4 }]);
  await user.click(screen.getByRole("button", { name: "Unmerge" }));
  expect(bodies(engine, "people_unmerge")).toEqual([{ id: 4, merge: 2 }]);
  await user.click(screen.getByRole("button", { name: "Everything with Anna Meier" }));
  await expect.poll(() => history.location.pathname).toBe("/search");
  expect(history.location.search).toContain("anna.meier");
});

test("the owner says which addresses are theirs, and is told why one is thought to be", async () => {
  const own = { address: "mailto:nora@mine.example", name: "Nora", is_own: true, evidence: ["google.mail has 3 that were sent from it."] };
  const engine = new EngineDouble({ owner: { name: "Nora Keller", people: [1], addresses: [own] } });
  engine.answers.set_owner = { name: "Nora Keller", people: [1], addresses: [own] };
  const { user } = open(engine, "/people");
  await user.click(await screen.findByText("You are Nora Keller"));
  expect(screen.getByText("google.mail has 3 that were sent from it.")).toBeTruthy();
  await user.type(screen.getByLabelText("Another address of yours"), "old@mine.example{Enter}");
  await user.click(screen.getByRole("button", { name: "nora@mine.example is not mine" }));
  await expect
    .poll(() => bodies(engine, "set_owner"))
    .toEqual([
      { add: ["old@mine.example"], remove: [] },
      { add: [], remove: ["mailto:nora@mine.example"] },
    ]);
});
