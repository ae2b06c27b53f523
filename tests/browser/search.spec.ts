import { archive, enter, expect, facts, inspector, test } from "./vault";

const planted = facts.findable.filter(({ by, query }) => by === "word" && query !== "").slice(0, 3);

for (const { query, contains, kind } of planted) {
  test(`the ${kind} that “${query}” was planted in is found and opens`, async ({ page }) => {
    await enter(page, "/search");
    await page.keyboard.press("/");
    await page.keyboard.type(query);
    const hits = page.getByRole("list", { name: "Hits" });
    await expect(hits.getByRole("listitem").first()).toBeVisible();
    await expect(hits.locator("mark").first()).toBeVisible();
    await page.keyboard.type(` kind:${kind} `);
    await expect(page).toHaveURL(new RegExp(`kind=${kind}`));
    await expect(hits.getByRole("listitem").first()).toContainText(contains, { ignoreCase: true });
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await expect(inspector(page).getByRole("article")).toContainText(contains, { ignoreCase: true });
    await expect(inspector(page).getByRole("list", { name: "Came from" })).toContainText(archive.split("/").at(-1) ?? "");
    await inspector(page).getByRole("button", { name: "Show the raw record" }).click();
    await expect(inspector(page).getByRole("region", { name: "Raw record" })).not.toBeEmpty();
  });
}

test("one filter stands behind every view, and back walks through it", async ({ page }) => {
  await enter(page, "/search");
  const facet = page.getByRole("region", { name: "Kinds" }).getByRole("button").first();
  const label = (await facet.innerText()).split("\n")[0] ?? "";
  await facet.click();
  const token = page.getByRole("button", { name: `Remove ${label}` });
  await expect(token).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("region", { name: "Timeline" })).toBeVisible();
  await expect(token).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("list", { name: "Items" })).toBeVisible();
  await page.goBack();
  await expect(token).toHaveCount(0);
});

test("operators are completed and become tokens", async ({ page }) => {
  await enter(page, "/search");
  await page.getByRole("combobox", { name: "Filter" }).fill("kind:ma");
  await page.getByRole("option", { name: /Mail/ }).click();
  await expect(page.getByRole("button", { name: "Remove Mail" })).toBeVisible();
  await expect(page).toHaveURL(/kind=mail/);
});
