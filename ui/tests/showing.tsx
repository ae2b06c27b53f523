import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { Provider } from "react-redux";
import { makeRouter } from "@/app/router";
import { makeStore } from "@/app/store";
import { setBackend } from "@/backend";
import type { EngineDouble } from "./engineDouble";

/** One part of the app over an engine, and who uses it. */
export function show(engine: EngineDouble, part: ReactNode) {
  setBackend(engine);
  render(<Provider store={makeStore()}>{part}</Provider>);
  return userEvent.setup();
}

/** The app at an address, over an engine; who uses it, and where they have been. */
export function open(engine: EngineDouble, address: string) {
  const history = createMemoryHistory({ initialEntries: [address] });
  const user = show(engine, <RouterProvider router={makeRouter(history)} />);
  return { user, history };
}
