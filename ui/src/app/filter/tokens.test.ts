import { expect, test } from "vitest";
import { completionsOf } from "./completions";
import { narrow, readTyped, tokensOf } from "./tokens";

test("finished pairs are taken out of what was typed, and the words remain", () => {
  expect(readTyped('tram kind:photo with:"Anna Berg" 28')).toEqual({
    pairs: [
      { operator: "kind", value: "photo" },
      { operator: "with", value: "Anna Berg" },
    ],
    words: "tram 28",
  });
});

test("what the engine alone can read stays among the words", () => {
  for (const text of ["from:anna boat", "at:Lisbon has:photo", "-kind:mail boat", "(kind:mail OR kind:photo) boat", "a OR kind:mail"]) {
    expect(readTyped(text)).toEqual({ pairs: [], words: text });
  }
  expect(readTyped("from:2019 boat")).toEqual({ pairs: [{ operator: "from", value: "2019" }], words: "boat" });
});

test("an address and an unknown operator are words", () => {
  expect(readTyped("https://example.org colour:red")).toEqual({ pairs: [], words: "https://example.org colour:red" });
});

test("every token can be taken away by itself", () => {
  const filter = { text: "tram", kinds: ["photo" as const, "mail" as const], from: 0, to: 86_400_000, people: ["Anna"] };
  const withoutMail = tokensOf(filter).find(({ key }) => key === "kind:mail")?.without;
  expect(withoutMail).toEqual({ ...filter, kinds: ["photo"] });
  const withoutTime = tokensOf(filter).find(({ key }) => key === "in")?.without;
  expect(withoutTime).toEqual({ text: "tram", kinds: filter.kinds, people: ["Anna"] });
});

test("a narrowing that cannot be says why", () => {
  expect(narrow({}, "kind", "dragon")).toMatch(/No kind of item is called “dragon”/);
  expect(narrow({ from: Date.UTC(2020, 0) }, "to", "2019")).toMatch(/would end/);
  expect(narrow({}, "near", "Lisbon")).toMatch(/latitude,longitude,metres/);
});

test("`to:` includes the day, month or year that it names", () => {
  expect(narrow({}, "to", "2019")).toEqual({ to: Date.UTC(2020, 0) });
});

test("the bar offers what the typed beginning could be, and leaves the words before it alone", () => {
  const offered = completionsOf("tram pho", {}, { sources: [], people: [] });
  const photo = offered.find(({ key }) => key === "kind:photo");
  expect(photo && "filter" in photo && photo.filter).toEqual({ text: "tram", kinds: ["photo"] });
});
