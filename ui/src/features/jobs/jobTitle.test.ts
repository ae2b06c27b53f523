import { expect, test } from "vitest";
import { jobTitle } from "./jobTitle";

test("a job says what it does, and one that the engine names in full is called so", () => {
  expect(jobTitle({ kind: "export", label: "/drive/archive" })).toBe("Export to /drive/archive");
  expect(jobTitle({ kind: "settle", label: "Putting the parts of exports together" })).toBe("Putting the parts of exports together");
});
