import type { Bucket, Filter } from "@/generated/types";

const HOUR = 3_600_000;
/** Wall clocks stand up to this far from UTC, in milliseconds. */
const ZONES = 14 * HOUR;

/** The items that may belong to a local day: the caller keeps those whose wall clock says so. */
export function filterOfDay(filter: Filter, { from_ms }: Bucket): Filter {
  const from = Math.max(from_ms - ZONES, filter.from ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(from_ms + 24 * HOUR + ZONES, filter.to ?? Number.POSITIVE_INFINITY);
  return { ...filter, from, to };
}

/** Other years in which the same day of the year holds something. */
export function sameDayElsewhere(buckets: Bucket[], key: string): Bucket[] {
  return buckets.filter((bucket) => bucket.key !== key && bucket.key.slice(5) === key.slice(5));
}
