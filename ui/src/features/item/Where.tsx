import { MapPin } from "lucide-react";
import { useFilter } from "@/app/filter/useFilter";
import { Button } from "@/components/Button";
import type { PlaceView } from "@/generated/types";

/** How far around a place "near here" reaches, in metres. */
const AROUND = 500;

export function Where({ place }: { place: PlaceView }) {
  const { setFilter } = useFilter();
  const point = { lat: Math.round(place.lat * 1e7), lon: Math.round(place.lon * 1e7) };
  return (
    <div className="flex items-center gap-2 text-soft">
      <MapPin aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 flex-1 wrap-anywhere">
        {place.name && <span>{place.name} </span>}
        <span className="tabular text-faint">
          {place.lat.toFixed(5)}, {place.lon.toFixed(5)}
        </span>
        {place.inferred && <span className="block text-faint">inferred from where you were</span>}
      </span>
      <Button look="plain" onClick={() => setFilter({ near: { point, metres: AROUND } }, { to: "/map" })}>
        Near here
      </Button>
    </div>
  );
}
