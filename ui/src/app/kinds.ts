import {
  Activity,
  BookImage,
  Bookmark,
  BookUser,
  CalendarDays,
  CheckSquare,
  Dumbbell,
  FileText,
  Footprints,
  Globe,
  Headphones,
  HeartPulse,
  Image,
  type LucideIcon,
  Mail,
  MapPin,
  MapPinned,
  MessageCircle,
  MessageSquareQuote,
  MonitorPlay,
  Phone,
  Receipt,
  Rss,
  Search,
  Star,
  StickyNote,
  Video,
} from "lucide-react";
import type { Kind } from "@/generated/types";
import { plural } from "./format";

/**
 * Kinds of one family share a hue, since no one tells 26 hues apart; the icon tells the kind. The hues are the CSS
 * variables `--hue-…`, the same in rows, facets, the map and charts.
 */
export type Family = "talk" | "ground" | "picture" | "web" | "media" | "plan" | "people" | "money" | "body";

type KindLook = { label: string; one: string; many: string; icon: LucideIcon; family: Family };

const look = (label: string, many: string, icon: LucideIcon, family: Family, one = label.toLowerCase()): KindLook => ({
  label,
  one,
  many,
  icon,
  family,
});

export const kinds: Record<Kind, KindLook> = {
  mail: look("Mail", "mails", Mail, "talk"),
  message: look("Message", "messages", MessageCircle, "talk"),
  call: look("Call", "calls", Phone, "talk"),
  visit: look("Visit", "visits", MapPin, "ground"),
  trip: look("Trip", "trips", Footprints, "ground"),
  place: look("Place", "places", MapPinned, "ground"),
  photo: look("Photo", "photos", Image, "picture"),
  video: look("Video", "videos", Video, "picture"),
  collection: look("Collection", "collections", BookImage, "picture"),
  search: look("Search", "searches", Search, "web"),
  page: look("Page", "pages", Globe, "web"),
  bookmark: look("Bookmark", "bookmarks", Bookmark, "web"),
  activity: look("Activity", "activities", Activity, "web"),
  watch: look("Watched", "videos watched", MonitorPlay, "media", "video watched"),
  listen: look("Listened", "listens", Headphones, "media", "listen"),
  subscription: look("Subscription", "subscriptions", Rss, "media"),
  event: look("Event", "events", CalendarDays, "plan"),
  task: look("Task", "tasks", CheckSquare, "plan"),
  note: look("Note", "notes", StickyNote, "plan"),
  document: look("Document", "documents", FileText, "plan"),
  contact: look("Contact", "contacts", BookUser, "people"),
  post: look("Post", "posts", MessageSquareQuote, "people"),
  purchase: look("Purchase", "purchases", Receipt, "money"),
  review: look("Review", "reviews", Star, "money"),
  workout: look("Workout", "workouts", Dumbbell, "body"),
  measure: look("Measure", "measures", HeartPulse, "body"),
};

export const kindNames = Object.keys(kinds) as Kind[];
export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name);
/** "1 mail", "94 mails". */
export const kindCount = (kind: Kind, n: number): string => plural(n, kinds[kind].one, kinds[kind].many);
export const hueOf = (kind: string): string => `var(--hue-${isKind(kind) ? kinds[kind].family : "web"})`;

const sources: Record<string, string> = {
  activity_html: "My Activity",
  activity_json: "My Activity",
  activity: "My Activity",
  my_activity: "My Activity",
  youtube: "YouTube",
  location: "Location history",
  location_device: "Timeline on the phone",
  location_device_ios: "Timeline on the phone",
  location_records: "Location history",
  location_semantic: "Location history",
};

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** A source as people call it: "google.youtube.playlist_item" is "YouTube playlist item". */
export function sourceLabel(source: string): string {
  const [company, product = "", ...rest] = source.split(".");
  if (company !== "google") return source;
  const name = sources[product] ?? capitalised(product.replaceAll("_", " "));
  return [name, ...rest.map((part) => part.replaceAll("_", " "))].join(" ");
}
