import { expect, test } from "vitest";
import { measure } from "@/app/format";

test("money keeps its cents, and what is measured is rounded as one reads it", () => {
  expect(measure(1527.3, "CHF")).toBe("1,527.30");
  expect(measure(527, "GBP")).toBe("527.00");
  expect(measure(527.3, "km")).toBe("527");
  expect(measure(12.345, "km")).toBe("12.35");
  expect(measure(51)).toBe("51");
});
