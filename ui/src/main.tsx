import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { makeRouter } from "./app/router";
import { makeStore } from "./app/store";
import { applyTheme } from "./app/surface";
import { connect } from "./backend";
import "./styles.css";

// The key of this start stands in the address's fragment, which the router uses too: it is taken out first.
await connect();
const store = makeStore();
applyTheme(store.getState().surface.theme);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id “root”.");
createRoot(root).render(
  <StrictMode>
    <Provider store={store}>
      <RouterProvider router={makeRouter()} />
    </Provider>
  </StrictMode>,
);
