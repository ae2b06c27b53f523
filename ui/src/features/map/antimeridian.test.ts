import { expect, test } from "vitest";
import { polygonsOf, runOnLines } from "./antimeridian";

test("a line over the 180th meridian runs on instead of jumping across the map", () => {
  const line = runOnLines({
    type: "MultiLineString",
    coordinates: [
      [
        [179, 60],
        [-179, 61],
        [-178, 62],
        [179, 63],
      ],
    ],
  });
  expect(line.coordinates[0]?.map(([lon]) => lon)).toEqual([179, 181, 182, 179]);
});

test("a ring around the pole is closed over the pole", () => {
  const [ring] = polygonsOf({
    type: "Polygon",
    coordinates: [
      [
        [-180, -70],
        [-90, -75],
        [0, -70],
        [90, -75],
        [180, -70],
      ],
    ],
  }).map(({ coordinates }) => coordinates[0]);
  expect(ring?.slice(-3)).toEqual([
    [180, -90],
    [-180, -90],
    [-180, -70],
  ]);
});
