import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { ModelsPage } from "@/features/models/ModelsPage";
import { LanguageModel } from "@/features/settings/LanguageModel";
import { EngineDouble } from "./engineDouble";
import { show } from "./showing";

test("a model that another program on this machine serves is chosen by its name and address", async () => {
  const onChoose = vi.fn();
  const user = show(new EngineDouble({ models: { models: [] } }), <LanguageModel chosen="none" onChoose={onChoose} />);
  await user.selectOptions(await screen.findByRole("combobox", { name: "Words the answers" }), "A model server on this machine");
  const use = screen.getByRole("button", { name: "Use it" }) as HTMLButtonElement;
  expect(use.disabled).toBe(true);
  await user.type(screen.getByLabelText("Model"), "llama3.2");
  await user.click(use);
  expect(onChoose.mock.calls).toEqual([["llama3.2@http://127.0.0.1:11434/v1"]]);
});

test("the served model that was chosen is shown by its parts", async () => {
  const chosen = "org/tiny:7b@http://localhost:8080/v1";
  show(new EngineDouble({ models: { models: [] } }), <LanguageModel chosen={chosen} onChoose={() => undefined} />);
  expect(((await screen.findByLabelText("Model")) as HTMLInputElement).value).toBe("org/tiny:7b");
  expect((screen.getByLabelText("Address") as HTMLInputElement).value).toBe("http://localhost:8080/v1");
});

test("a model of the owner's own can be removed, after a question, and no other", async () => {
  const model = { role: "generator", licence: "MIT", state: "installed", bytes: 9, default: false };
  const models = [
    { ...model, id: "qwen", label: "Qwen", own: false },
    { ...model, id: "mine", label: "Mine.Q8_0", own: true },
  ];
  const double = new EngineDouble({ models: { models, folder: "/models" }, remove_model: { ...models[1], state: "missing" } });
  const user = show(double, <ModelsPage />);
  await user.click(await screen.findByRole("button", { name: "Remove" }));
  expect(screen.getByRole("heading", { name: "Remove Mine.Q8_0?" })).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Remove it" }));
  expect(double.asked.filter(({ op }) => op === "remove_model").map(({ body }) => body)).toEqual([{ id: "mine" }]);
});
