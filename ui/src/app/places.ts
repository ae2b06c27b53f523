import {
  Cpu,
  FolderInput,
  ListChecks,
  type LucideIcon,
  Map as MapIcon,
  MessageCircleQuestion,
  Rows3,
  Search,
  Settings,
  Users,
} from "lucide-react";

/** A place of the app: what rail, palette, keys and the window's title call it. */
export type Place = { to: string; label: string; icon: LucideIcon; keys: string };

/** The views of the one filter, and the people in it. */
export const views: Place[] = [
  { to: "/timeline", label: "Timeline", icon: Rows3, keys: "g t" },
  { to: "/search", label: "Search", icon: Search, keys: "g s" },
  { to: "/map", label: "Map", icon: MapIcon, keys: "g m" },
  { to: "/ask", label: "Ask", icon: MessageCircleQuestion, keys: "g a" },
  { to: "/people", label: "People", icon: Users, keys: "g p" },
];

/** What keeps the vault going. */
export const upkeep: Place[] = [
  { to: "/sources", label: "Sources and imports", icon: FolderInput, keys: "g i" },
  { to: "/jobs", label: "Jobs", icon: ListChecks, keys: "g j" },
  { to: "/models", label: "Models", icon: Cpu, keys: "g o" },
  { to: "/settings", label: "Settings", icon: Settings, keys: "g e" },
];

/** The place that a path is in. */
export const placeOf = (path: string): Place | undefined =>
  [...views, ...upkeep].find(({ to }) => path === to || path.startsWith(`${to}/`));
