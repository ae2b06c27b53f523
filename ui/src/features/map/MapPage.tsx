import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useFilter, useSelection } from "@/app/filter/useFilter";
import { span } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Failed, Note } from "@/components/States";
import type { Area, Cluster, Filter } from "@/generated/types";
import { AreaChooser } from "./AreaChooser";
import { NAMED_PLACES } from "./mapStyle";
import { PlaceList } from "./PlaceList";
import { boxOf, clusterShapes, heatShapes, litShape, trackShapes } from "./shapes";
import { type Seen, useMapView } from "./useMapView";

const DAY = 86_400_000;
/** A longer span is heat; a line through it would be a tangle. */
const LONGEST_TRACK = 62 * DAY;
/** From this zoom on, a cluster is one place, and is opened as a list. */
const PLACE_ZOOM = 14;

const corners = ({ west, south, east, north }: Area): [number, number, number, number] => [west, south, east, north];

/** Why there is no map. Its places are listed all the same. */
const undrawn = (thrown: unknown) => ({
  code: "no_map",
  message: "The map cannot be drawn here.",
  hint: `It needs WebGL 2 from the system's graphics; the places stand in the list. It says: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
});

/** Positions have a time and a place and nothing else: what asks for more leaves them out. */
const positionsFit = ({ text, kinds, sources, people, labels }: Filter): boolean =>
  !text && [kinds, sources, people, labels].every((list) => (list?.length ?? 0) === 0);

type Spot = Pick<Cluster, "id" | "count" | "lat" | "lon">;

/** What fits the filter, where it was: clusters of items, heat of positions, and the track of a short span. */
export function MapPage() {
  const { filter, setFilter } = useFilter();
  const { select } = useSelection();
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<Seen | null>(null);
  const [lit, setLit] = useState<{ lat: number; lon: number } | null>(null);
  const fitted = useRef(false);

  const area = filter.area ?? seen?.area;
  const { data, error, refetch, isFetching } = engine.useMapQuery(
    { filter: { ...filter, ...(area && { area }) }, zoom: seen?.zoom ?? 1 },
    { skip: !seen },
  );
  const short = filter.from != null && filter.to != null && filter.to - filter.from <= LONGEST_TRACK;
  const { currentData: track } = engine.useTrackQuery({ from: filter.from ?? 0, to: filter.to ?? 0 }, { skip: !short });

  const clusters = useMemo(() => clusterShapes(data?.clusters ?? []), [data]);
  const heated = positionsFit(filter);
  const heat = useMemo(() => heatShapes(heated ? (data?.heat ?? []) : []), [data, heated]);
  const line = useMemo(() => trackShapes(short && track ? track : { lines: [], total: 0 }), [short, track]);
  const shownTrack = useMemo(() => (short ? (track?.lines.flatMap(({ points }) => points) ?? []) : []), [short, track]);
  const layers = useMemo(() => ({ clusters, heat, track: line, lit: litShape(lit) }), [clusters, heat, line, lit]);

  const { map, failure } = useMapView(box, { layers, onSeen: setSeen, onCluster: (spot) => open(spot) });

  const open = useCallback(
    (spot: Spot) => {
      if (spot.count === 1) select(spot.id);
      else if (map && map.getZoom() < PLACE_ZOOM) map.easeTo({ center: [spot.lon, spot.lat], zoom: map.getZoom() + 3, duration: 150 });
      else
        setFilter(
          { ...filter, near: { point: { lat: Math.round(spot.lat * 1e7), lon: Math.round(spot.lon * 1e7) }, metres: 150 } },
          { to: "/search" },
        );
    },
    [map, filter, select, setFilter],
  );

  // The first answer is of the whole world, and says where to look.
  useEffect(() => {
    const where = filter.area ?? (data ? boxOf([...data.clusters, ...data.heat]) : null);
    if (map === null || where === null || fitted.current) return;
    fitted.current = true;
    map.fitBounds(corners(where), { padding: 56, maxZoom: 10, duration: 0 });
  }, [map, data, filter.area]);

  // A track is looked at when it comes, and left alone when one moves about.
  useEffect(() => {
    const where = boxOf(shownTrack);
    if (map === null || where === null) return;
    fitted.current = true;
    map.fitBounds(corners(where), { padding: 56, maxZoom: 14, duration: 0 });
  }, [map, shownTrack]);

  return (
    <div className="flex min-h-0 flex-1">
      <section aria-label="Map" className="relative min-w-0 flex-1">
        <h1 className="sr-only">Map</h1>
        <div className="absolute inset-0">
          <div ref={box} className="h-full w-full" />
        </div>
        <AreaChooser map={map} onArea={(chosen) => setFilter({ ...filter, area: chosen })} />
        <div className="pointer-events-none absolute inset-x-3 top-24 flex sm:inset-x-44 sm:top-3 flex-col items-center gap-2">
          {failure !== null && <Failed className="pointer-events-auto" failure={undrawn(failure)} />}
          {error && !isFetching && <Failed className="pointer-events-auto" failure={asFailure(error)} onRetry={() => void refetch()} />}
          {data && data.clusters.length === 0 && heat.features.length === 0 && (
            <Note className="bg-raised">
              {Object.keys(filter).length > 0 ? "Nothing that fits the filter has a place here." : "Nothing in the vault has a place here."}
            </Note>
          )}
          {line.features.length > 0 && <Note className="bg-raised">Track of {span(filter.from, filter.to)}, from blue to red</Note>}
        </div>
      </section>
      <PlaceList
        clusters={data?.clusters ?? []}
        loading={data === undefined && !error}
        isNear={(seen?.zoom ?? 0) >= NAMED_PLACES}
        onOpen={open}
        onLight={setLit}
      />
    </div>
  );
}
