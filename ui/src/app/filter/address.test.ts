import { expect, test } from "vitest";
import type { Filter } from "@/generated/types";
import { addressOf, filterOf, parseSearch, readAddress, stringifySearch } from "./address";

const full: Filter = {
  text: "tram & castle",
  kinds: ["photo", "mail"],
  sources: ["google.mail"],
  from: Date.UTC(2019, 4, 14),
  to: Date.UTC(2019, 4, 15, 12, 30),
  near: { point: { lat: 387_100_000, lon: -91_400_000 }, metres: 500 },
  area: { south: 38.5, west: -9.5, north: 38.9, east: -9 },
  people: ["Berg, Anna"],
  labels: ["Trips"],
  hidden: true,
};

test("a filter goes through the address and comes back whole", () => {
  const address = readAddress(parseSearch(stringifySearch(addressOf(full))));
  expect(filterOf(address)).toEqual(full);
});

test("what the address has no place for stands among the words", () => {
  const filter = filterOf(addressOf({ text: "boat", senders: ["Berg, Anna"], has: ["photo"] }));
  expect(filter).toEqual({ text: 'boat from:"Berg, Anna" has:"photo"' });
});

test("an empty filter leaves the address empty", () => {
  expect(stringifySearch(addressOf({}))).toBe("");
});

test("what cannot be read in an address narrows nothing", () => {
  expect(filterOf({ kind: ["dragon"], from: "whenever", near: "1,2", area: "5,0,1,0" })).toEqual({});
});
