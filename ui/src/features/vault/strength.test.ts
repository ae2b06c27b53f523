import { expect, test } from "vitest";
import { judged } from "./strength";

test("a passphrase is as strong as the time that is named for it", () => {
  const shown = [1e3, 1e9, 1e12, 1e15, 1e30].map((guesses) => judged(guesses)).map(({ step, words }) => `${step}: ${words}`);
  expect(shown).toMatchInlineSnapshot(`
    [
      "1: A determined attacker would have it within a day.",
      "2: A determined attacker would have it within a year.",
      "3: It would hold for years against a determined attacker.",
      "4: It would hold for centuries against a determined attacker.",
      "4: It would hold for centuries against a determined attacker.",
    ]
  `);
});
