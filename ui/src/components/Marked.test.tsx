import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { Marked } from "./Marked";

test("matches are marked, and nothing in the text is taken for markup", () => {
  const { container } = render(<Marked text={"<b>the \u0002tram\u0003</b> and \u0002trams\u0003"} />);
  expect([...container.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["tram", "trams"]);
  expect(container.querySelector("b")).toBeNull();
  expect(container.textContent).toBe("<b>the tram</b> and trams");
});
