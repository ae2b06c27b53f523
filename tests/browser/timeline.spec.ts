import { enter, expect, inspector, test } from "./vault";

test("the timeline scrolls over all of it, and keys walk its days", async ({ page }) => {
  await enter(page);
  const timeline = page.getByRole("region", { name: "Timeline" });
  const heading = timeline.getByRole("heading").first();
  await expect(heading).toBeVisible();
  const newest = await heading.innerText();
  // Some days beyond the edge stay drawn, so it takes some steps until the newest is gone.
  for (let step = 0; step < 12; step += 1) await page.keyboard.press("[");
  await expect(heading).not.toHaveText(newest);
  await timeline.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
  await expect(timeline.getByRole("heading").last()).toBeVisible();
  await expect(timeline.getByRole("status")).toHaveCount(0);
  await expect(timeline.getByRole("listitem").last()).toBeVisible();
});

test("a click on the scrubber goes to that time, and narrows nothing", async ({ page }) => {
  await enter(page);
  const timeline = page.getByRole("region", { name: "Timeline" });
  await expect(timeline.getByRole("heading").first()).toBeVisible();
  const scrubber = page.getByRole("slider", { name: "Span of time" });
  const time = () => scrubber.getAttribute("aria-valuenow").then(Number);
  const newest = await time();
  const box = await scrubber.boundingBox();
  if (box === null) throw new Error("the scrubber is not there");
  await page.mouse.click(box.x + box.width * 0.3, box.y + 20);
  const [from, to] = await Promise.all(["aria-valuemin", "aria-valuemax"].map((name) => scrubber.getAttribute(name).then(Number)));
  const pointed = (from ?? 0) + ((to ?? 0) - (from ?? 0)) * 0.3;
  // The nearest day that holds something stands at the top.
  await expect.poll(async () => Math.abs((await time()) - pointed) / 86_400_000).toBeLessThan(31);
  expect(await time()).toBeLessThan(newest);
  await expect(page).not.toHaveURL(/from=/);
});

test("back and forward have keys, since the window has no buttons for them", async ({ page }) => {
  await enter(page, "/search?kind=mail");
  await page.getByRole("link", { name: "People" }).click();
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
  await page.keyboard.press("Alt+ArrowLeft");
  await expect(page.getByRole("button", { name: "Remove Mail" })).toBeVisible();
  await page.keyboard.press("Alt+ArrowRight");
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
});

test("a dragged span narrows everything, and an item opens beside the day", async ({ page }) => {
  await enter(page);
  const scrubber = page.getByRole("slider", { name: "Span of time" });
  const box = await scrubber.boundingBox();
  if (box === null) throw new Error("the scrubber is not there");
  await page.mouse.move(box.x + box.width * 0.4, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d{4}/);
  await page.locator('[id^="row-"]').first().click();
  await expect(inspector(page).getByRole("article")).toBeVisible();
  await page.keyboard.press("i");
  await expect(inspector(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Clear the span" }).click();
  await expect(page).not.toHaveURL(/from=/);
});

test("the map needs no network, shows places, and a drawn box narrows the filter", async ({ page }) => {
  await enter(page, "/map");
  const places = page.getByRole("list", { name: "Places in view" });
  await expect(places.getByRole("listitem").first()).toBeVisible();
  await page.getByRole("button", { name: "Select an area" }).click();
  const box = await page.getByTestId("area-drawing").boundingBox();
  if (box === null) throw new Error("there is nothing to draw on");
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.9, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByRole("button", { name: "Remove area on the map" })).toBeVisible();
});
