import { enter, expect, facts, inspector, test } from "./vault";

const counted = facts.questions.find(({ asks, number }) => asks === "count" && number !== undefined);
const missing = facts.unanswerable[0];

test("a number is computed, shown with its query, and its citations open", async ({ page }) => {
  if (!counted) throw new Error("the facts hold no question that counts");
  await enter(page, "/ask");
  await page.getByLabel("Question").fill(counted.question);
  await page.keyboard.press("Enter");
  const answer = page.getByRole("article", { name: counted.question });
  await expect(answer).toHaveAttribute("aria-busy", "false", { timeout: 50_000 });
  await expect(answer.getByRole("region", { name: "How it was understood" })).toBeVisible();
  const value = Number((await answer.getByTestId("computed-value").innerText()).replace(/[^\d.-]/g, ""));
  expect(Math.abs(value - (counted.number ?? 0))).toBeLessThanOrEqual(counted.tolerance);
  await answer.getByRole("button", { name: "Show the query" }).click();
  await expect(answer.locator("pre")).toContainText(/select/i);
  await answer.getByRole("button", { name: /^Citation/ }).or(answer.locator('[id^="row-"]')).first().click();
  await expect(inspector(page).getByRole("article")).toBeVisible();
});

test("what is not in the data is said to be absent", async ({ page }) => {
  if (!missing) throw new Error("the facts hold no question without an answer");
  await enter(page, "/ask");
  await page.getByLabel("Question").fill(missing.question);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Not in your data.")).toBeVisible({ timeout: 50_000 });
});

test("a conversation outlives a reload, is found by its words, goes on, and is gone once removed", async ({ page }) => {
  if (!counted) throw new Error("the facts hold no question that counts");
  await enter(page, "/ask");
  const list = page.getByRole("complementary", { name: "Conversations" });
  await list.getByRole("button", { name: "New conversation" }).click();
  await page.getByLabel("Question").fill(counted.question);
  await page.keyboard.press("Enter");
  const answer = page.getByRole("article", { name: counted.question });
  await expect(answer).toHaveAttribute("aria-busy", "false", { timeout: 50_000 });
  const value = await answer.getByTestId("computed-value").innerText();
  await expect(page).toHaveURL(/talk=\d+/);
  await page.reload();
  await expect(answer.getByTestId("computed-value")).toHaveText(value);
  await page.getByLabel("Question").fill("and in 2020?");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article", { name: "and in 2020?" })).toHaveAttribute("aria-busy", "false", { timeout: 50_000 });
  await list.getByLabel("Find in conversations").fill(`${counted.question} zzyzx`);
  await expect(list.getByText("No question and no answer")).toBeVisible();
  await list.getByLabel("Find in conversations").fill("and in 2020");
  await expect(list.getByText("2 questions").first()).toBeVisible();
  await list.locator('[aria-current="page"]').hover();
  await list.getByRole("button", { name: `Remove the conversation “${counted.question}”` }).first().click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await expect(page.getByText("Ask about your life")).toBeVisible();
  await expect(page).not.toHaveURL(/talk=/);
});
