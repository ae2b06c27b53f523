import type { FeatureCollection, Geometry, MultiLineString, MultiPolygon, Point, Polygon, Position } from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import nearUrl from "world-atlas/countries-10m.json?url";
import farUrl from "world-atlas/countries-50m.json?url";
import { polygonsOf, runOnLines } from "./antimeridian";

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;

/** How closely the coasts are drawn: at 1:50 million, or at 1:10 million, which takes a moment to read. */
export type Detail = "far" | "near";

/** The world as the app ships it: Natural Earth. No tile server is ever asked. */
export type BaseMap = {
  land: FeatureCollection<Polygon>;
  borders: MultiLineString;
  names: FeatureCollection<Point, { name: string; size: number }>;
};

const urls: Record<Detail, string> = { far: farUrl, near: nearUrl };
const loaded = new Map<Detail, Promise<BaseMap>>();

/** Reads the base map once; a reading that failed is tried again when it is next asked for. */
export function loadBaseMap(detail: Detail): Promise<BaseMap> {
  const known = loaded.get(detail);
  if (known !== undefined) return known;
  const loading = fetch(urls[detail])
    .then((response) => response.json() as Promise<Atlas>)
    .then(baseMapOf);
  loaded.set(detail, loading);
  loading.catch(() => loaded.delete(detail));
  return loading;
}

const isArea = (geometry: Geometry): geometry is Polygon | MultiPolygon => geometry.type === "Polygon" || geometry.type === "MultiPolygon";

function baseMapOf(atlas: Atlas): BaseMap {
  const { land, countries } = atlas.objects;
  return {
    land: {
      type: "FeatureCollection",
      features: feature(atlas, land)
        .features.map(({ geometry }) => geometry)
        .filter(isArea)
        .flatMap(polygonsOf)
        .map((geometry) => ({ type: "Feature", properties: {}, geometry })),
    },
    borders: runOnLines(mesh(atlas, countries, (one, other) => one !== other)),
    names: {
      type: "FeatureCollection",
      features: feature(atlas, countries).features.flatMap(({ properties: { name }, geometry }) => {
        const largest = isArea(geometry) ? middle(polygonsOf(geometry)) : null;
        if (largest === null) return [];
        return [{ type: "Feature", properties: { name, size: largest.size }, geometry: { type: "Point", coordinates: largest.point } }];
      }),
    },
  };
}

/** The middle of the box around the largest part of a country, where its name stands, and that part's size. */
function middle(parts: Polygon[]): { point: Position; size: number } | null {
  let best: { point: Position; size: number } | null = null;
  for (const { coordinates } of parts) {
    const ring = coordinates[0] ?? [];
    const xs = ring.map(([x]) => x ?? 0);
    const ys = ring.map(([, y]) => y ?? 0);
    const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const size = (east - west) * (north - south);
    if (best === null || size > best.size) best = { point: [(west + east) / 2, (south + north) / 2], size };
  }
  return best;
}
