import type { FeatureCollection, MultiLineString, MultiPolygon, Point, Polygon, Position } from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlasUrl from "world-atlas/countries-50m.json?url";

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;

/** The world as the app ships it: Natural Earth, 1:50 million. No tile server is ever asked. */
export type BaseMap = {
  land: FeatureCollection;
  borders: MultiLineString;
  names: FeatureCollection<Point, { name: string; size: number }>;
};

let loading: Promise<BaseMap> | undefined;

export function loadBaseMap(): Promise<BaseMap> {
  loading ??= fetch(atlasUrl)
    .then((response) => response.json() as Promise<Atlas>)
    .then((atlas) => ({
      land: feature(atlas, atlas.objects.land),
      borders: mesh(atlas, atlas.objects.countries, (one, other) => one !== other),
      names: {
        type: "FeatureCollection",
        features: feature(atlas, atlas.objects.countries).features.flatMap(({ properties, geometry }) => {
          const found = middle(geometry as Polygon | MultiPolygon | null);
          if (found === null) return [];
          return [{ type: "Feature", properties: { name: properties.name, size: found.size }, geometry: { type: "Point", coordinates: found.point } }];
        }),
      },
    }));
  return loading;
}

/** The middle of the box around the largest part of a country, where its name stands, and that part's size. */
function middle(geometry: Polygon | MultiPolygon | null): { point: Position; size: number } | null {
  if (geometry === null) return null;
  const rings = geometry.type === "Polygon" ? geometry.coordinates.slice(0, 1) : geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1));
  let best: { point: Position; size: number } | null = null;
  for (const ring of rings) {
    const xs = ring.map(([x]) => x ?? 0);
    const ys = ring.map(([, y]) => y ?? 0);
    const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const size = (east - west) * (north - south);
    if (best === null || size > best.size) best = { point: [(west + east) / 2, (south + north) / 2], size };
  }
  return best;
}
