import { type GeoJSONSource, Map as MapLibre, type MapMouseEvent, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection } from "geojson";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Area, Cluster } from "@/generated/types";
import { type BaseMap, loadBaseMap } from "./baseMap";
import { mapStyle, NEAR, nothing } from "./mapStyle";

setWorkerUrl(new URL(workerUrl, document.baseURI).href);

export type Seen = { area: Area; zoom: number };
export type Layers = { clusters: FeatureCollection; heat: FeatureCollection; track: FeatureCollection; lit: FeatureCollection };

type Options = {
  layers: Layers;
  onSeen: (seen: Seen) => void;
  onCluster: (cluster: Pick<Cluster, "id" | "count" | "lat" | "lon">) => void;
};

const latitude = (degrees: number): number => Math.max(-90, Math.min(90, degrees));
const longitude = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180;

function seenOf(map: MapLibre): Seen {
  const bounds = map.getBounds();
  const whole = bounds.getEast() - bounds.getWest() >= 360;
  return {
    zoom: map.getZoom(),
    area: {
      south: latitude(bounds.getSouth()),
      north: latitude(bounds.getNorth()),
      west: whole ? -180 : longitude(bounds.getWest()),
      east: whole ? 180 : longitude(bounds.getEast()),
    },
  };
}

/** Keeps a MapLibre map in `box` in step with the layers and the theme. `null` until the base map stands. */
export function useMapView(
  box: RefObject<HTMLDivElement | null>,
  { layers, onSeen, onCluster }: Options,
): { map: MapLibre | null; failure: unknown } {
  const [map, setMap] = useState<MapLibre | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const now = useRef({ layers, onSeen, onCluster });
  now.current = { layers, onSeen, onCluster };

  useEffect(() => {
    let made: MapLibre | null = null;
    let left = false;
    let drawn: BaseMap | null = null;
    const themed = new MutationObserver(() => made && drawn && restyle(made, drawn, now.current.layers));
    loadBaseMap("far")
      .then((base) => {
        if (left || box.current === null) return;
        drawn = base;
        made = new MapLibre({
          container: box.current,
          style: mapStyle(base),
          center: [10, 25],
          zoom: 1,
          maxZoom: 18,
          attributionControl: { customAttribution: "Natural Earth" },
          dragRotate: false,
          pitchWithRotate: false,
          touchPitch: false,
        });
        listen(made, now, setMap);
        refineCoasts(made, (finer) => {
          if (left) return;
          drawn = finer;
          made?.getSource<GeoJSONSource>("land")?.setData(finer.land);
          made?.getSource<GeoJSONSource>("borders")?.setData(finer.borders);
        });
        themed.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
      })
      .catch((thrown: unknown) => setFailure(thrown));
    return () => {
      left = true;
      themed.disconnect();
      made?.remove();
    };
  }, [box]);

  useEffect(() => {
    if (map) fill(map, layers);
  }, [map, layers]);
  return { map, failure };
}

function listen(map: MapLibre, now: RefObject<Options>, ready: (map: MapLibre) => void): void {
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl(), "bottom-left");
  // What is seen is known before anything is drawn: the engine is asked meanwhile.
  now.current.onSeen(seenOf(map));
  map.once("style.load", () => ready(map));
  map.on("moveend", () => now.current.onSeen(seenOf(map)));
  const pointer = (cursor: string) => () => {
    map.getCanvas().style.cursor = cursor;
  };
  map.on("mouseenter", "clusters", pointer("pointer"));
  map.on("mouseleave", "clusters", pointer(""));
  map.on("click", "clusters", (event: MapMouseEvent & { features?: { properties: Record<string, unknown> }[] }) => {
    const found = event.features?.[0]?.properties;
    if (found) now.current.onCluster({ id: String(found.id), count: Number(found.count), lat: Number(found.lat), lon: Number(found.lon) });
  });
}

/** Hands over closer coasts once the map is so near that they show; until then, and when they cannot be read, the coarse ones stay. */
function refineCoasts(map: MapLibre, refined: (base: BaseMap) => void): void {
  const look = () => {
    if (map.getZoom() < NEAR) return;
    map.off("zoomend", look);
    loadBaseMap("near").then(refined, () => map.on("zoomend", look));
  };
  map.on("zoomend", look);
}

function fill(map: MapLibre, layers: Layers): void {
  for (const [name, data] of Object.entries(layers)) map.getSource<GeoJSONSource>(name)?.setData(data ?? nothing);
}

function restyle(map: MapLibre, base: BaseMap, layers: Layers): void {
  map.once("styledata", () => fill(map, layers));
  map.setStyle(mapStyle(base), { diff: false });
}
