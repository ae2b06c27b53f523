import { dirname } from "node:path";
import { address, archive, enter, expect, passphrase, test } from "./vault";

test.describe.configure({ mode: "serial" });

test("a vault is made, and its recovery code is typed back", async ({ page }) => {
  await page.goto(address);
  expect(page.url()).not.toContain("token");
  await page.getByLabel("Passphrase", { exact: true }).fill("too short");
  await page.getByLabel("Passphrase again").fill("too short");
  await expect(page.getByRole("button", { name: "Make the vault" })).toBeDisabled();

  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByLabel("Passphrase again").fill(passphrase);
  await page.getByRole("button", { name: "Make the vault" }).click();
  const code = await page.getByLabel("Recovery code").innerText();
  await page.getByLabel("Type it back").fill(`${code}x`);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByText("This is not the code above.")).toBeVisible();
  await page.getByLabel("Type it back").fill(code.toLowerCase());
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByText("Your vault is empty")).toBeVisible();
});

test("a wrong passphrase is told apart, and a right one opens", async ({ page }) => {
  await enter(page);
  await page.keyboard.press("Control+l");
  await expect(page.getByRole("heading", { name: "Unlock your vault" })).toBeVisible();
  await page.getByLabel("Passphrase").fill("these are five wrong words");
  await page.getByRole("button", { name: "Unlock" }).click();
  await expect(page.getByLabel("Passphrase")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Passphrase").fill(passphrase);
  await page.getByRole("button", { name: "Unlock" }).click();
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible();
});

test("an archive is chosen, planned, imported while one is elsewhere, and balances", async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page, "/sources");
  await page.getByRole("button", { name: "Import an archive" }).click();
  const chooser = page.getByRole("dialog", { name: "Choose an export" });
  await chooser.getByLabel("Path").fill(dirname(archive));
  await chooser.getByRole("button", { name: "Go" }).click();
  const name = archive.split("/").at(-1) ?? "";
  await chooser.getByLabel(`Choose ${name}`).check();
  await chooser.getByRole("button", { name: /See the plan/ }).click();

  const plan = page.getByRole("dialog", { name: "What it holds" });
  await expect(plan.getByRole("table", { name: "Plan" }).getByRole("row")).not.toHaveCount(1);
  await expect(plan.getByText("Nothing has been written yet.")).toBeVisible();
  await plan.getByRole("button", { name: /^Import .*records$/ }).click();

  // Leaving the page, and even the app, ends nothing.
  await page.getByRole("link", { name: "People" }).click();
  await page.reload();
  await enter(page, "/sources");
  const report = page.getByRole("link", { name: /^Report of import 1/ }).first();
  await expect(report).toBeVisible({ timeout: 150_000 });
  await expect(page.getByRole("progressbar")).toHaveCount(0, { timeout: 150_000 });
  await report.click();
  await expect(page.getByText("It balances")).toBeVisible();
  await expect(page.getByRole("table", { name: "Ledger" }).getByRole("row")).not.toHaveCount(1);
});
