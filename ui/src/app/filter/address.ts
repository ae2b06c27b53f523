import type { Area, Filter, Near } from "@/generated/types";
import { isKind } from "../kinds";
import { instantOf, writeInstant } from "./phrases";

/** The filter and the selection as the address holds them. Every value is text; unreadable ones are dropped. */
export type Address = {
  q?: string;
  kind?: string[];
  source?: string[];
  from?: string;
  to?: string;
  near?: string;
  area?: string;
  with?: string[];
  label?: string[];
  hidden?: string;
  /** The selected item. */
  item?: string;
  /** Which index a search asks. */
  mode?: string;
  /** The item that what is found is to be like. */
  like?: string;
  /** The number of the conversation that is open. */
  talk?: string;
};

const LISTS = ["kind", "source", "with", "label"] as const;
const TEXTS = ["q", "from", "to", "near", "area", "hidden", "item", "mode", "like", "talk"] as const;

export function readAddress(raw: Record<string, unknown>): Address {
  const address: Address = {};
  for (const key of LISTS) {
    const values = [raw[key]].flat().filter((value): value is string => typeof value === "string" && value !== "");
    if (values.length > 0) address[key] = values;
  }
  for (const key of TEXTS) {
    const value = [raw[key]].flat()[0];
    if (typeof value === "string" && value !== "") address[key] = value;
  }
  return address;
}

/** Plain `key=value` pairs, with a repeated key for a list. */
export function parseSearch(text: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [key, value] of new URLSearchParams(text)) found[key] = [...(found[key] ?? []), value];
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null && one !== "") params.append(key, String(one));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

const numbers = (text: string | undefined, many: number): number[] | null => {
  const values = (text ?? "").split(",").map(Number);
  return values.length === many && values.every((value) => Number.isFinite(value)) && text !== undefined ? values : null;
};

export const E7 = 1e7;

export function nearOf(text: string | undefined): Near | null {
  const [lat, lon, metres] = numbers(text, 3) ?? [];
  if (lat === undefined || lon === undefined || metres === undefined || Math.abs(lat) > 90 || Math.abs(lon) > 180 || metres <= 0)
    return null;
  return { point: { lat: Math.round(lat * E7), lon: Math.round(lon * E7) }, metres };
}

export const writeNear = ({ point, metres }: Near): string => `${point.lat / E7},${point.lon / E7},${Math.round(metres)}`;

function areaOf(text: string | undefined): Area | null {
  const [south, west, north, east] = numbers(text, 4) ?? [];
  if (south === undefined || west === undefined || north === undefined || east === undefined || south >= north) return null;
  return { south, west, north, east };
}

const writeArea = ({ south, west, north, east }: Area): string => [south, west, north, east].map((edge) => edge.toFixed(4)).join(",");

/** The filter that an address means. */
export function filterOf(address: Address): Filter {
  const filter: Filter = {};
  if (address.q) filter.text = address.q;
  const kinds = address.kind?.filter(isKind);
  if (kinds?.length) filter.kinds = kinds;
  if (address.source) filter.sources = address.source;
  const from = address.from === undefined ? null : instantOf(address.from);
  if (from !== null) filter.from = from;
  const to = address.to === undefined ? null : instantOf(address.to);
  if (to !== null) filter.to = to;
  const near = nearOf(address.near);
  if (near) filter.near = near;
  const area = areaOf(address.area);
  if (area) filter.area = area;
  if (address.with) filter.people = address.with;
  if (address.label) filter.labels = address.label;
  if (address.hidden) filter.hidden = true;
  return filter;
}

/** A narrowing as the engine reads it among the words. */
const written = (operator: string, values: string[] | undefined): string[] => (values ?? []).map((value) => `${operator}:"${value}"`);

/** The address of a filter; `filterOf` reads it back, with what the address has no place for among the words. */
export function addressOf(filter: Filter): Address {
  const words = [
    filter.text,
    ...written("from", filter.senders),
    ...written("to", filter.recipients),
    ...written("at", filter.places),
    ...written("has", filter.has),
  ];
  return readAddress({
    q: words.filter(Boolean).join(" "),
    kind: filter.kinds,
    source: filter.sources,
    from: filter.from == null ? undefined : writeInstant(filter.from),
    to: filter.to == null ? undefined : writeInstant(filter.to),
    near: filter.near ? writeNear(filter.near) : undefined,
    area: filter.area ? writeArea(filter.area) : undefined,
    with: filter.people,
    label: filter.labels,
    hidden: filter.hidden ? "1" : undefined,
  });
}
