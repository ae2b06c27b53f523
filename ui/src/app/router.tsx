import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { parseSearch, readAddress, stringifySearch } from "./filter/address";
import { PageFailure } from "./PageFailure";
import { Root } from "./Root";

const root = createRootRoute({ component: Root, validateSearch: readAddress, errorComponent: PageFailure });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/timeline" });
  },
});

const timeline = createRoute({
  getParentRoute: () => root,
  path: "/timeline",
  component: lazyRouteComponent(() => import("@/features/timeline/TimelinePage"), "TimelinePage"),
});
const search = createRoute({
  getParentRoute: () => root,
  path: "/search",
  component: lazyRouteComponent(() => import("@/features/search/SearchPage"), "SearchPage"),
});
const map = createRoute({
  getParentRoute: () => root,
  path: "/map",
  component: lazyRouteComponent(() => import("@/features/map/MapPage"), "MapPage"),
});
const ask = createRoute({
  getParentRoute: () => root,
  path: "/ask",
  component: lazyRouteComponent(() => import("@/features/ask/AskPage"), "AskPage"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("@/features/people/PeoplePage"), "PeoplePage"),
});
const person = createRoute({
  getParentRoute: () => root,
  path: "/people/$person",
  component: lazyRouteComponent(() => import("@/features/people/PersonPage"), "PersonPage"),
});
const sources = createRoute({
  getParentRoute: () => root,
  path: "/sources",
  component: lazyRouteComponent(() => import("@/features/sources/SourcesPage"), "SourcesPage"),
});
const report = createRoute({
  getParentRoute: () => root,
  path: "/sources/$import",
  component: lazyRouteComponent(() => import("@/features/sources/ReportPage"), "ReportPage"),
});
const jobs = createRoute({
  getParentRoute: () => root,
  path: "/jobs",
  component: lazyRouteComponent(() => import("@/features/jobs/JobsPage"), "JobsPage"),
});
const models = createRoute({
  getParentRoute: () => root,
  path: "/models",
  component: lazyRouteComponent(() => import("@/features/models/ModelsPage"), "ModelsPage"),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/SettingsPage"), "SettingsPage"),
});

const tree = root.addChildren([home, timeline, search, map, ask, people, person, sources, report, jobs, models, settings]);

/** The address lives after the #, so that the app works alike from the window's own scheme and from any server. */
export function makeRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({
    routeTree: tree,
    history,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultErrorComponent: PageFailure,
    scrollRestoration: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
