import type { MultiLineString, MultiPolygon, Polygon, Position } from "geojson";

/**
 * Lines that cross the 180th meridian jump from one edge of the map to the other. Here they run on past it instead, which
 * the map draws in its place. A ring around a pole is closed over that pole.
 */
function runOn(line: Position[]): Position[] {
  let shift = 0;
  let last: number | undefined;
  return line.map(([lon = 0, lat = 0]) => {
    if (last !== undefined) {
      if (lon - last > 180) shift -= 360;
      else if (lon - last < -180) shift += 360;
    }
    last = lon;
    return [lon + shift, lat];
  });
}

function runOnRing(ring: Position[]): Position[] {
  const run = runOn(ring);
  const [first, end] = [run[0], run.at(-1)];
  if (first === undefined || end === undefined || Math.abs((end[0] ?? 0) - (first[0] ?? 0)) < 180) return run;
  const pole = (first[1] ?? 0) < 0 ? -90 : 90;
  return [...run, [end[0] ?? 0, pole], [first[0] ?? 0, pole], first];
}

export const runOnLines = (lines: MultiLineString): MultiLineString => ({ ...lines, coordinates: lines.coordinates.map(runOn) });

/** Each polygon of a shape by itself, its rings running on past the edge of the map. */
export function polygonsOf(shape: Polygon | MultiPolygon): Polygon[] {
  const parts = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  return parts.map((rings) => ({ type: "Polygon", coordinates: rings.map(runOnRing) }));
}
