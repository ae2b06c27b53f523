import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { fromMark, Marked } from "./Marked";

test("matches are marked, and nothing in the text is taken for markup", () => {
  const { container } = render(<Marked text={"<b>the \u0002tram\u0003</b> and \u0002trams\u0003"} />);
  expect([...container.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["tram", "trams"]);
  expect(container.querySelector("b")).toBeNull();
  expect(container.textContent).toBe("<b>the tram</b> and trams");
});

test("a long text begins at a word before its first match", () => {
  const text = "We waited on the square for more than half an hour until the \u0002tram\u0003 came";
  expect(fromMark(text)).toBe("… than half an hour until the \u0002tram\u0003 came");
  expect(fromMark("The \u0002tram\u0003 came")).toBe("The \u0002tram\u0003 came");
  expect(fromMark("Nothing is marked in it")).toBe("Nothing is marked in it");
});
