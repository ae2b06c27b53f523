import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, FilterSpecification, StyleSpecification } from "maplibre-gl";
import { type Family, kindNames, kinds } from "@/app/kinds";
import type { BaseMap } from "./baseMap";

export const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Up to this zoom the coast is where it is drawn; nearer, the map says nothing rather than something wrong. */
const COAST = 8;

const FONT = ["Inter Variable"];

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The hue of a feature's kind; WebGL knows no CSS variables. */
function hues(): ExpressionSpecification {
  const families = [...new Set(kindNames.map((kind) => kinds[kind].family))];
  const cases = families.flatMap((family: Family) => [
    kindNames.filter((kind) => kinds[kind].family === family),
    colour(`--hue-${family}`),
  ]);
  return ["match", ["get", "kind"], ...cases, colour("--accent")] as unknown as ExpressionSpecification;
}

/** Large countries have names from afar, small ones from near. */
const namedAt: FilterSpecification = [">=", ["*", ["get", "size"], ["^", 4, ["zoom"]]], 2500];

/** The whole map in the colours of the theme. Without a glyph server: words are drawn with the app's own font. */
export function mapStyle(base: BaseMap): StyleSpecification {
  const hue = hues();
  const geojson = (data: FeatureCollection | BaseMap["borders"], more = {}) => ({ type: "geojson" as const, data, ...more });
  return {
    version: 8,
    sources: {
      land: geojson(base.land),
      borders: geojson(base.borders),
      names: geojson(base.names),
      heat: geojson(nothing),
      track: geojson(nothing, { lineMetrics: true }),
      clusters: geojson(nothing),
      lit: geojson(nothing),
    },
    layers: [
      {
        id: "sea",
        type: "background",
        paint: { "background-color": ["interpolate", ["linear"], ["zoom"], COAST, colour("--sea"), COAST + 2, colour("--land")] },
      },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour("--land"), "fill-antialias": false } },
      {
        id: "borders",
        type: "line",
        source: "borders",
        paint: {
          "line-color": colour("--paper"),
          "line-width": 1,
          "line-opacity": ["interpolate", ["linear"], ["zoom"], COAST, 1, COAST + 2, 0],
        },
      },
      {
        id: "heat",
        type: "heatmap",
        source: "heat",
        paint: {
          "heatmap-weight": ["get", "weight"],
          "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 1, 6, 12, 18],
          "heatmap-opacity": 0.55,
          "heatmap-color": [
            "interpolate",
            ["linear"],
            ["heatmap-density"],
            0,
            "rgba(0,0,0,0)",
            0.3,
            colour("--hue-ground"),
            0.7,
            colour("--hue-web"),
            1,
            colour("--hue-media"),
          ],
        },
      },
      {
        id: "track",
        type: "line",
        source: "track",
        layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-width": 3,
          "line-gradient": [
            "interpolate",
            ["linear"],
            ["line-progress"],
            0,
            colour("--hue-talk"),
            0.5,
            colour("--hue-plan"),
            1,
            colour("--hue-media"),
          ],
        },
      },
      {
        id: "names",
        type: "symbol",
        source: "names",
        filter: namedAt,
        layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "symbol-sort-key": ["-", ["get", "size"]] },
        paint: { "text-color": colour("--faint"), "text-halo-color": colour("--land"), "text-halo-width": 1.5 },
      },
      {
        id: "clusters",
        type: "circle",
        source: "clusters",
        paint: {
          "circle-color": hue,
          "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 5, 1, 10, 3, 18, 5, 26],
          "circle-opacity": 0.9,
          "circle-stroke-color": colour("--paper"),
          "circle-stroke-width": 1.5,
        },
      },
      {
        id: "counts",
        type: "symbol",
        source: "clusters",
        filter: [">", ["get", "count"], 1],
        layout: { "text-field": ["get", "short"], "text-font": FONT, "text-size": 11, "text-allow-overlap": true },
        paint: { "text-color": colour("--paper") },
      },
      {
        id: "lit",
        type: "circle",
        source: "lit",
        paint: {
          "circle-radius": 22,
          "circle-color": "rgba(0,0,0,0)",
          "circle-stroke-color": colour("--accent"),
          "circle-stroke-width": 3,
        },
      },
    ],
  };
}
