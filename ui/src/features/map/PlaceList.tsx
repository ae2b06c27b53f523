import { plural } from "@/app/format";
import { kinds } from "@/app/kinds";
import { Skeleton } from "@/components/States";
import type { Cluster } from "@/generated/types";
import { KindIcon } from "../item/KindIcon";

/** Places listed beside the map. */
const MOST = 60;

type Props = {
  clusters: Cluster[];
  loading: boolean;
  /** Whether one looks so closely that a cluster is one place, which the title of one of its items names. */
  isNear: boolean;
  onOpen: (cluster: Cluster) => void;
  onLight: (at: { lat: number; lon: number } | null) => void;
};

/** "38.7° N, 9.1° W". */
function degrees({ lat, lon }: Cluster): string {
  const side = (value: number, [positive, negative]: [string, string]) =>
    `${Math.abs(value).toFixed(1)}° ${value < 0 ? negative : positive}`;
  return `${side(lat, ["N", "S"])}, ${side(lon, ["E", "W"])}`;
}

/** What the map shows, as a list: the way in for keys and screen readers. Hovering a row lights its place. */
export function PlaceList({ clusters, loading, isNear, onOpen, onLight }: Props) {
  const most = [...clusters].sort((one, other) => other.count - one.count).slice(0, MOST);
  return (
    <aside aria-label="In view" className="hidden w-60 shrink-0 overflow-y-auto border-line border-l p-1 md:block">
      <h2 className="px-2 py-1 font-medium text-faint">In view</h2>
      {loading && <Skeleton label="Loading the map" />}
      <ul aria-label="Places in view">
        {most.map((cluster) => (
          <li key={cluster.id}>
            <button
              type="button"
              onClick={() => onOpen(cluster)}
              onPointerEnter={() => onLight(cluster)}
              onPointerLeave={() => onLight(null)}
              onFocus={() => onLight(cluster)}
              onBlur={() => onLight(null)}
              className="flex w-full items-start gap-2 rounded-lg px-2 py-1 text-left hover:bg-sunken"
            >
              <KindIcon kind={cluster.kind} className="mt-0.5 size-4" />
              <span className="min-w-0 flex-1">
                {cluster.count > 1 ? (
                  <>
                    <span className="tabular block">{plural(cluster.count, "item")}</span>
                    <span className="block truncate text-faint">
                      {isNear && cluster.title ? cluster.title : `mostly ${kinds[cluster.kind].many}, ${degrees(cluster)}`}
                    </span>
                  </>
                ) : (
                  <span className="block truncate">{cluster.title || "Untitled"}</span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {clusters.length > MOST && <p className="px-2 py-1 text-faint">Zoom in for the other {clusters.length - MOST}.</p>}
    </aside>
  );
}
