import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { KeyView } from "@/generated/types";
import { EngineDouble, unlocked } from "./engineDouble";
import { open } from "./showing";

const key = (id: string, more: Partial<KeyView> = {}): KeyView => ({ id, kind: "passphrase", key_file: false, label: "", ...more });
const keys = { keys: [key("a"), key("b", { kind: "recovery", label: "in the safe" })] };
const last = (engine: EngineDouble, op: string) => engine.asked.filter((call) => call.op === op).at(-1)?.body;

test("a vault with a key file asks for it, and one with a keychain offers that", async () => {
  const engine = new EngineDouble({
    status: { ...unlocked, state: "locked", items: null, key_file: true, keychain: true },
    unlock: { code: "wrong_passphrase", message: "No.", hint: "" },
  });
  const { user } = open(engine, "/timeline");
  await user.type(await screen.findByLabelText("Passphrase"), "guess");
  await user.type(screen.getByLabelText("Key file"), " /stick/key ");
  await user.click(screen.getByRole("button", { name: "Unlock" }));
  expect(last(engine, "unlock")).toEqual({ passphrase: "guess", key_file: "/stick/key" });
  await user.click(await screen.findByRole("button", { name: "Use this machine's keychain" }));
  expect(last(engine, "unlock")).toEqual({ keychain: true });
});

test("a new recovery code is shown and has to be typed back, and asks for the passphrase first", async () => {
  const engine = new EngineDouble({
    keys,
    add_key: { key: key("c", { kind: "recovery" }), recovery_code: "one two", key_file_made: false },
  });
  const { user } = open(engine, "/settings");
  await user.click(await screen.findByRole("button", { name: "Add a key" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Add a key" }));
  await user.selectOptions(dialog.getByLabelText("What sort of key"), "recovery");
  expect(dialog.getByRole("button", { name: "Add the key" })).toHaveProperty("disabled", true);
  await user.type(dialog.getByLabelText("Current passphrase"), "my words");
  await user.click(dialog.getByRole("button", { name: "Add the key" }));
  expect(last(engine, "add_key")).toEqual({ proof: { passphrase: "my words", key_file: null }, kind: "recovery", label: "" });
  await user.type(await screen.findByLabelText("Type it back"), "One Two");
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(await screen.findByRole("region", { name: "Keys" })).toBeTruthy();
});

test("where there is no keychain, that is said and none is added", async () => {
  const engine = new EngineDouble({ keys: { ...keys, no_keychain: "No keychain answers on this machine." } });
  const { user } = open(engine, "/settings");
  await user.click(await screen.findByRole("button", { name: "Add a key" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Add a key" }));
  await user.selectOptions(dialog.getByLabelText("What sort of key"), "keychain");
  await user.type(dialog.getByLabelText("Current passphrase"), "my words");
  expect(dialog.getByText("No keychain answers on this machine.")).toBeTruthy();
  expect(dialog.getByRole("button", { name: "Add the key" })).toHaveProperty("disabled", true);
});

test("a key that may not be revoked says why, and the dialog stays", async () => {
  const engine = new EngineDouble({
    keys,
    revoke_key: { code: "bad_request", message: "This is the last key.", hint: "Add another first." },
  });
  const { user } = open(engine, "/settings");
  const row = (await screen.findByText("in the safe")).closest("li") as HTMLElement;
  await user.click(within(row).getByRole("button", { name: "Revoke" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Revoke recovery code “in the safe”" }));
  await user.type(dialog.getByLabelText("Current passphrase"), "my words");
  await user.click(dialog.getByRole("button", { name: "Revoke the key" }));
  expect(await dialog.findByText("This is the last key.")).toBeTruthy();
  expect(last(engine, "revoke_key")).toEqual({ proof: { passphrase: "my words", key_file: null }, id: "b" });
});

test("after the root key was replaced, what opens the vault no more is named before the new code", async () => {
  const engine = new EngineDouble({ keys });
  engine.streamed = async () => ({
    kept: [key("a")],
    dropped: [key("b", { kind: "recovery", label: "in the safe" })],
    recovery_code: "three four",
  });
  const { user } = open(engine, "/settings");
  await user.click(await screen.findByRole("button", { name: "Replace the root key" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Replace the root key" }));
  await user.type(dialog.getByLabelText("Current passphrase"), "my words");
  await user.click(dialog.getByRole("button", { name: "Replace the root key" }));
  const replaced = within(await screen.findByRole("dialog", { name: "The root key was replaced" }));
  expect(replaced.getByText(/in the safe/)).toBeTruthy();
  await user.click(replaced.getByRole("button", { name: "Show the new recovery code" }));
  expect((await screen.findByLabelText("Recovery code")).textContent).toBe("three four");
  expect(last(engine, "recovery_code_kept")).toBeUndefined();
  await user.type(screen.getByLabelText("Type it back"), "three four");
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(last(engine, "recovery_code_kept")).toEqual({});
});

test("what was found wrong at the unlock is told until it is put away", async () => {
  const warning = { code: "header", message: "Nobody has seen the new recovery code.", what_to_do: "Make a new one." };
  const { user } = open(new EngineDouble({ status: { ...unlocked, warnings: [warning] } }), "/timeline");
  expect((await screen.findByRole("alert")).textContent).toContain("Nobody has seen the new recovery code. Make a new one.");
  await user.click(screen.getByRole("button", { name: "Dismiss this warning" }));
  expect(screen.queryByRole("alert")).toBeNull();
});
