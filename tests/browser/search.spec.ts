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

test("the filter comes along to the imports and back", async ({ page }) => {
  await enter(page, "/search?kind=mail");
  const token = page.getByRole("button", { name: "Remove Mail" });
  await expect(token).toBeVisible();
  await page.getByRole("link", { name: "Sources and imports" }).click();
  await page.getByRole("link", { name: /^Report of import 1/ }).click();
  await page.getByRole("link", { name: "All imports" }).click();
  await page.getByRole("link", { name: "Timeline" }).click();
  await expect(page.getByRole("region", { name: "Timeline" })).toBeVisible();
  await expect(token).toBeVisible();
});

test("thirty rows fit on a laptop screen, and a narrow one has the facets as a sheet", async ({ page }) => {
  await enter(page, "/search");
  const list = page.getByRole("region", { name: "Items" });
  await expect(list.locator('[id^="row-"]').first()).toBeVisible();
  const whole = await list.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const boxes = [...element.querySelectorAll('[id^="row-"]')].map((row) => row.getBoundingClientRect());
    return boxes.filter((box) => box.top >= top && box.bottom <= bottom).length;
  });
  expect(whole).toBeGreaterThanOrEqual(30);
  await page.setViewportSize({ width: 400, height: 800 });
  await page.getByRole("button", { name: "Facets" }).click();
  await page.getByRole("dialog", { name: "Facets" }).getByRole("button", { name: /^Mail/ }).first().click();
  await expect(page).toHaveURL(/kind=mail/);
});

test("operators are completed and become tokens", async ({ page }) => {
  await enter(page, "/search");
  await page.getByRole("combobox", { name: "Filter" }).fill("kind:ma");
  await page.getByRole("option", { name: /Mail/ }).click();
  await expect(page.getByRole("button", { name: "Remove Mail" })).toBeVisible();
  await expect(page).toHaveURL(/kind=mail/);
});
