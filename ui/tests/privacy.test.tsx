import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { LaidOut } from "@/features/item/LaidOut";
import { EngineDouble } from "./engineDouble";
import { open, show } from "./showing";

test("a mail is laid out on demand, in a frame that may do nothing, with its links beside it as words", async () => {
  const engine = new EngineDouble({ mail_page: { html: "<p>Sale</p>", links: ["https://shop.example/a"] } });
  const user = show(engine, <LaidOut id="a" />);
  expect(engine.asked).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Show as it was laid out" }));
  const frame = await screen.findByTitle("The mail as its sender laid it out");
  expect(frame.getAttribute("sandbox")).toBe("");
  expect(frame.getAttribute("srcdoc")).toContain("default-src 'none'");
  expect(frame.getAttribute("srcdoc")).toContain("<p>Sale</p>");
  expect(screen.getByText("https://shop.example/a").closest("a")).toBeNull();
});

test("demo mode is said for as long as it is on, and everything that was known is asked for anew", async () => {
  let on = false;
  const engine = new EngineDouble({
    settings: () => ({ settings: { demo_mode: on } }),
    set_setting: ({ value }: { value: boolean }) => {
      on = value;
      return { settings: { demo_mode: on } };
    },
  });
  const { user } = open(engine, "/settings");
  const choice = await screen.findByRole("combobox", { name: "Demo mode" });
  expect(screen.queryByText(/Demo mode: personal data is masked/)).toBeNull();
  const asked = () => engine.asked.filter(({ op }) => op === "stats").length;
  const before = asked();
  await user.selectOptions(choice, "on");
  expect(await screen.findByText(/Demo mode: personal data is masked/)).toBeTruthy();
  await expect.poll(asked).toBe(before + 1);
});
