import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";

export { expect };

const wanted = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}; playwright.config.ts says to what.`);
  return value;
};

export const address = wanted("DATAPUNK_URL");
export const archive = wanted("DATAPUNK_FIXTURE");
export const passphrase = wanted("DATAPUNK_PASSPHRASE");

type Facts = {
  findable: { by: string; query: string; kind: string; contains: string; filters: Record<string, unknown> }[];
  questions: { id: string; question: string; asks: string; number?: number; tolerance: number; unit: string }[];
  unanswerable: { question: string }[];
};

/** What the archive's maker says is in it. */
export const facts: Facts = JSON.parse(readFileSync(join(dirname(archive), "facts.json"), "utf8"));

/** A page that fails its test when it breaks, breaks its own policy, or asks anything of another host. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const wrongs: string[] = [];
    const home = new URL(address).host;
    page.on("pageerror", (error) => wrongs.push(`an error: ${error.message}`));
    page.on("console", (message) => /content security policy/i.test(message.text()) && wrongs.push(message.text()));
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (!["data:", "blob:"].includes(protocol) && host !== home) wrongs.push(`a request to ${host}`);
    });
    await use(page);
    expect(wrongs).toEqual([]);
  },
});

/** Opens the app at a place of it, and unlocks the vault where it is locked. */
export async function enter(page: Page, place = "/timeline"): Promise<void> {
  await page.goto(address);
  const places = page.getByRole("navigation", { name: "Places" });
  const locked = page.getByRole("heading", { name: "Unlock your vault" });
  await expect(places.or(locked)).toBeVisible();
  if (await locked.isVisible()) {
    await page.getByLabel("Passphrase").fill(passphrase);
    await page.getByRole("button", { name: "Unlock" }).click();
    await expect(places).toBeVisible();
  }
  await page.evaluate((hash) => window.location.assign(`#${hash}`), place);
}

export const inspector = (page: Page) => page.getByRole("complementary", { name: "Inspector" });
