import { expect, test } from "vitest";
import type { Kind, Row } from "@/generated/types";
import { storyOf } from "./story";

const row = (kind: Kind, time: string, more: Partial<Row> = {}): Row => {
  const at = `2019-05-14T${time}:00+00:00`;
  return { id: `${kind}-${time}-${more.title ?? ""}`, kind, source: "test", at, at_ms: Date.parse(at), title: "", snippet: "", ...more };
};
const shape = (rows: Row[]) => storyOf(rows).map((entry) => ("rows" in entry ? `${entry.type} ${entry.rows.length}` : entry.type));

test("pictures within an hour are one line, and later ones another", () => {
  expect(
    shape([row("photo", "10:00"), row("photo", "10:20"), row("video", "11:10"), row("photo", "12:30"), row("photo", "12:31")]),
  ).toEqual(["pictures 3", "pictures 2"]);
});

test("a conversation is one line where it began, whatever came between", () => {
  const rows = [row("mail", "09:00", { thread: "a" }), row("note", "09:30"), row("mail", "10:00", { thread: "a" })];
  expect(shape(rows)).toEqual(["thread 2", "item"]);
});

test("three hours of nothing are said, and a stay fills its time", () => {
  const stay = row("visit", "09:00", { until_ms: Date.parse("2019-05-14T13:00:00Z") });
  expect(storyOf([stay, row("note", "15:00")]).map(({ type }) => type)).toEqual(["item", "item"]);
  const entries = storyOf([stay, row("note", "16:30")]);
  expect(entries[1]).toEqual({ type: "gap", from: "2019-05-14T13:00:00", to: "2019-05-14T16:30:00+00:00" });
});

test("what has no zone stands where its clock says, whatever its instant", () => {
  const rows = [
    row("event", "15:00", { at: "2019-05-14T15:00:00Z" }),
    row("note", "16:00", { at: "2019-05-14T16:00:00+09:00", at_ms: Date.parse("2019-05-14T07:00:00Z") }),
  ];
  expect(storyOf(rows).map((entry) => entry.type === "item" && entry.row.kind)).toEqual(["event", "note"]);
});

test("four searches in a row are one line, three are three", () => {
  const searches = ["10:00", "10:01", "10:02", "10:03"].map((time) => row("search", time));
  expect(shape(searches)).toEqual(["run 4"]);
  expect(shape(searches.slice(0, 3))).toEqual(["item", "item", "item"]);
});

test("no item is lost, in whatever order they come", () => {
  const rows = ["photo", "search", "mail", "visit", "photo", "watch"].flatMap((kind, hour) =>
    [0, 7, 31].map((minute) =>
      row(kind as Kind, `${String(8 + hour)}`.padStart(2, "0").concat(`:${String(minute).padStart(2, "0")}`), {
        thread: kind === "mail" ? "t" : null,
      }),
    ),
  );
  const told = storyOf([...rows].reverse()).flatMap((entry) => (entry.type === "gap" ? [] : "rows" in entry ? entry.rows : [entry.row]));
  expect(new Set(told.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)));
  expect(told).toHaveLength(rows.length);
});
