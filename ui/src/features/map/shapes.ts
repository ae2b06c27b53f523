import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import { shortCount } from "@/app/format";
import type { Area, Cluster, HeatCell, Track } from "@/generated/types";

const collection = <F extends Feature>(features: F[]): FeatureCollection => ({ type: "FeatureCollection", features });
const point = (lat: number, lon: number): Point => ({ type: "Point", coordinates: [lon, lat] });

export const clusterShapes = (clusters: Cluster[]): FeatureCollection =>
  collection(
    clusters.map(({ lat, lon, count, id, kind, title }) => ({
      type: "Feature",
      properties: { count, short: shortCount(count), id, kind, title, lat, lon },
      geometry: point(lat, lon),
    })),
  );

/** Heat by the logarithm of the fixes, or home would be all that one sees. */
export function heatShapes(cells: HeatCell[]): FeatureCollection {
  const most = Math.log1p(cells.reduce((high, { count }) => Math.max(high, count), 1));
  return collection(
    cells.map(({ lat, lon, count }) => ({ type: "Feature", properties: { weight: Math.log1p(count) / most }, geometry: point(lat, lon) })),
  );
}

/** A pause longer than this ends a line, in milliseconds: what lies between was not seen. */
const PAUSE = 6 * 3_600_000;

export function trackShapes({ lines }: Track): FeatureCollection {
  const features: Feature<LineString>[] = [];
  for (const { layer, points } of lines) {
    let coordinates: [number, number][] = [];
    let last = Number.NEGATIVE_INFINITY;
    const end = () => {
      if (coordinates.length > 1) features.push({ type: "Feature", properties: { layer }, geometry: { type: "LineString", coordinates } });
    };
    for (const { at_ms, lat, lon } of points) {
      if (at_ms - last > PAUSE) {
        end();
        coordinates = [];
      }
      coordinates.push([lon, lat]);
      last = at_ms;
    }
    end();
  }
  return collection(features);
}

export const litShape = (at: { lat: number; lon: number } | null): FeatureCollection =>
  collection(at === null ? [] : [{ type: "Feature", properties: {}, geometry: point(at.lat, at.lon) }]);

/** The box around some places, or `null` when there are none. */
export function boxOf(places: { lat: number; lon: number }[]): Area | null {
  if (places.length === 0) return null;
  const box: Area = { south: 90, west: 180, north: -90, east: -180 };
  for (const { lat, lon } of places) {
    box.south = Math.min(box.south, lat);
    box.north = Math.max(box.north, lat);
    box.west = Math.min(box.west, lon);
    box.east = Math.max(box.east, lon);
  }
  return box;
}
