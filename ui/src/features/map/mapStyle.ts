import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, FilterSpecification, StyleSpecification } from "maplibre-gl";
import { type Family, kindNames, kinds } from "@/app/kinds";
import type { BaseMap } from "./baseMap";

export const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };

/** From this zoom on, coasts are drawn at 1:10 million. */
export const NEAR = 5;

/** Up to this zoom the coast is where it is drawn; nearer, the map says nothing rather than something wrong. */
const COAST = 10;

/** From this zoom on, places stand so far apart that their names fit beside them. */
export const NAMED_PLACES = 11;

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
          "line-color": colour("--border"),
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
            `${colour("--hue-ground")}00`,
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
        layout: { "circle-sort-key": ["get", "count"] },
        paint: {
          "circle-color": hue,
          "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 5, 1, 10, 3, 18, 5, 26],
          "circle-stroke-color": colour("--paper"),
          "circle-stroke-width": 1.5,
        },
      },
      {
        id: "counts",
        type: "symbol",
        source: "clusters",
        filter: [">", ["get", "count"], 1],
        layout: { "text-field": ["get", "short"], "text-font": FONT, "text-size": 11, "symbol-sort-key": ["-", ["get", "count"]] },
        paint: { "text-color": colour("--paper") },
      },
      {
        id: "titles",
        type: "symbol",
        source: "clusters",
        minzoom: NAMED_PLACES,
        layout: {
          "text-field": ["get", "title"],
          "text-font": FONT,
          "text-size": 11,
          "text-anchor": "top",
          "text-offset": [0, 1.4],
          "text-max-width": 12,
          "symbol-sort-key": ["-", ["get", "count"]],
        },
        paint: { "text-color": colour("--ink"), "text-halo-color": colour("--land"), "text-halo-width": 1.5 },
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
