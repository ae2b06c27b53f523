import AxeBuilder from "@axe-core/playwright";
import { enter, expect, test } from "./vault";

const places = ["timeline", "search", "search?q=tram", "map", "ask", "people", "sources", "sources/1", "jobs", "models", "settings"];

for (const scheme of ["light", "dark"] as const) {
  test(`the main screens keep WCAG 2.2 AA in the ${scheme} theme`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const place of places) {
      await enter(page, `/${place}`);
      await expect(page.getByRole("main")).not.toBeEmpty();
      await expect(page.getByRole("main").getByRole("status", { name: /^Loading|^Searching/ })).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
      const found = violations.map(({ id, nodes }) => `${place}: ${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
      expect(found).toEqual([]);
    }
  });
}

test("at 400 pixels nothing overflows, and an item is a sheet", async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  for (const place of places) {
    await enter(page, `/${place}`);
    await expect(page.getByRole("main")).not.toBeEmpty();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  }
  await enter(page, "/search");
  await page.locator('[id^="row-"]').first().click();
  await expect(page.getByRole("dialog", { name: "Item" }).getByRole("article")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("everything is at hand by keys: palette and help", async ({ page }) => {
  await enter(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("models");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Models" })).toBeVisible();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.getByLabel("Search the keys").fill("earlier");
  await expect(help.getByRole("list", { name: "Keys" }).getByRole("listitem")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
});
