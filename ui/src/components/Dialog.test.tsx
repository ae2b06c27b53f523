import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { Dialog } from "./Dialog";

function Page() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Add a key
      </button>
      {open && (
        <Dialog title="Add a key" open onClose={() => setOpen(false)}>
          <input type="checkbox" aria-label="Another" />
          <input aria-label="Name" />
        </Dialog>
      )}
    </>
  );
}

test("a dialog begins in its first line of input, and gives the focus back to where it came from", async () => {
  const user = userEvent.setup();
  render(<Page />);
  await user.click(screen.getByRole("button", { name: "Add a key" }));
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
  await user.keyboard("{Escape}");
  await expect.poll(() => document.activeElement).toBe(screen.getByRole("button", { name: "Add a key" }));
});
