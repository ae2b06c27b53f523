import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Row } from "@/generated/types";
import { ItemRow } from "./ItemRow";

const HOUR = 3_600_000;
const visit: Row = {
  id: "a",
  kind: "visit",
  source: "google.location_semantic",
  at: "2019-09-14T09:06:00+01:00",
  at_ms: 0,
  until_ms: 2 * HOUR,
  title: "Livraria do Cais",
  snippet: "Livraria do Cais Lisbon",
};
const shown = (props: { row?: Row; dated?: boolean; beside?: string }) => {
  const { container } = render(<ItemRow row={visit} selected={false} onOpen={() => undefined} {...props} />);
  return [...container.querySelectorAll("button > time, button > span, button > span > span")].map((part) => part.textContent).join(" | ");
};

test("a row of a day says how long it was, and its title once", () => {
  expect(shown({})).toContain("Livraria do Cais | Lisbon | 2 h");
});

test("beside an item of the same day the clock is told, beside one of another day the date", () => {
  const dateOf = (beside: string) => shown({ dated: true, beside }).split(" | ").at(-1);
  expect(dateOf("2019-09-14T22:00:00+01:00")).toMatch(/^0?9:06/);
  expect(dateOf("2019-09-15T22:00:00+01:00")).toMatch(/2019/);
});
