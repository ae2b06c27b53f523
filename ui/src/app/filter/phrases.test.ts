import { expect, test } from "vitest";
import { instantOf, spanOf, writeInstant } from "./phrases";

const now = new Date(2024, 2, 13, 15, 0); // a Wednesday

const days = (phrase: string) => {
  const span = spanOf(phrase, now);
  return span && [new Date(span.from).toISOString().slice(0, 10), new Date(span.to).toISOString().slice(0, 10)];
};

test.each([
  ["2019", ["2019-01-01", "2020-01-01"]],
  ["2019-05", ["2019-05-01", "2019-06-01"]],
  ["2019-05-14", ["2019-05-14", "2019-05-15"]],
  ["May 2019", ["2019-05-01", "2019-06-01"]],
  ["14 may 2019", ["2019-05-14", "2019-05-15"]],
  ["last week", ["2024-03-04", "2024-03-11"]],
  ["last_month", ["2024-02-01", "2024-03-01"]],
  ["yesterday", ["2024-03-12", "2024-03-13"]],
])("%s is the half-open span %j", (phrase, span) => {
  expect(days(phrase)).toEqual(span);
});

test.each(["2019-13", "2019-02-30", "31 feb 2019", "soon", "", "19"])("%j is no date, and is not guessed at", (phrase) => {
  expect(spanOf(phrase, now)).toBeNull();
});

test("an instant is read back as it was written, to the second", () => {
  for (const ms of [Date.UTC(2019, 4, 14), Date.UTC(2019, 4, 14, 10, 30), Date.UTC(2019, 4, 14, 10, 30, 7)]) {
    expect(instantOf(writeInstant(ms))).toBe(ms);
  }
});
