import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { EngineDouble, unlocked } from "./engineDouble";
import { open } from "./showing";

const snapshot = { id: "s1", made_ms: 0, version: "0.1.0", items: 7, bytes: 9, left_in_place: 2, logical_hash: "00" };
const last = (engine: EngineDouble, op: string) => engine.asked.filter((call) => call.op === op).at(-1)?.body;

test("a backup is made in the background, and the last one says what is not in it", async () => {
  const engine = new EngineDouble({
    keys: { keys: [] },
    backup_state: { folder: "", every_hours: 0, last: { folder: "/drive", snapshot: "s1", made_ms: 0, verified: true } },
    backups: { snapshots: [snapshot], findings: [] },
    start_backup: { job: 1 },
  });
  const { user } = open(engine, "/settings");
  const section = within(await screen.findByRole("region", { name: "Backups" }));
  expect(await section.findByText(/^2 photos and films stayed where they were/)).toBeTruthy();
  await user.click(section.getByRole("button", { name: "Back up now" }));
  expect(last(engine, "start_backup")).toEqual({ folder: "/drive" });
});

test("a drive that is not there is asked for, and the rest of the settings stands", async () => {
  const engine = new EngineDouble({
    keys: { keys: [] },
    backup_state: { folder: "", every_hours: 0, last: { folder: "/drive", snapshot: "s1", made_ms: 0, verified: true } },
    backups: { code: "not_found", message: "There is no backup at /drive.", hint: "" },
  });
  open(engine, "/settings");
  const section = within(await screen.findByRole("region", { name: "Backups" }));
  expect(await section.findByText(/is its drive connected\? There is no backup at \/drive\./)).toBeTruthy();
});

test("a vault is restored with its recovery code, and what is missing is said before its door is shown", async () => {
  const engine = new EngineDouble({ status: { ...unlocked, state: "none", items: null } });
  engine.streamed = async () => {
    engine.answers.status = { ...unlocked, state: "locked", items: null };
    return {
      snapshot,
      logical_hash: "01",
      same: false,
      bytes: 9,
      findings: [{ message: "Pack 3 is missing.", what_to_do: "Look for it.", mended: false }],
    };
  };
  const { user } = open(engine, "/timeline");
  await user.click(await screen.findByRole("button", { name: "Restore from a backup" }));
  await user.type(screen.getByLabelText("Folder of the backups"), "/drive");
  await user.click(screen.getByRole("button", { name: "I forgot it: use the recovery code" }));
  await user.type(screen.getByLabelText("Recovery code"), "one two");
  await user.click(screen.getByRole("button", { name: "Restore" }));
  expect(await screen.findByRole("heading", { name: "Your vault is back" })).toBeTruthy();
  expect(last(engine, "restore")).toEqual({ folder: "/drive", key: { recovery_code: "one two" } });
  expect(screen.getByText("Pack 3 is missing.")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Unlock it" }));
  expect(await screen.findByRole("heading", { name: "Unlock your vault" })).toBeTruthy();
});
