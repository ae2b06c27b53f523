import { SquareDashedMousePointer } from "lucide-react";
import type { Map as MapLibre } from "maplibre-gl";
import { useState } from "react";
import { Button } from "@/components/Button";
import type { Area } from "@/generated/types";

type Corner = { x: number; y: number };
type Props = { map: MapLibre | null; onArea: (area: Area) => void };

/** The least side of a box that was meant, in pixels. */
const LEAST = 8;

/** Narrows the filter to a box drawn on the map, or to what is seen. */
export function AreaChooser({ map, onArea }: Props) {
  const [drawing, setDrawing] = useState(false);
  const [box, setBox] = useState<[Corner, Corner] | null>(null);
  if (map === null) return null;

  const areaOf = ([one, other]: [Corner, Corner]): Area => {
    const southWest = map.unproject([Math.min(one.x, other.x), Math.max(one.y, other.y)]);
    const northEast = map.unproject([Math.max(one.x, other.x), Math.min(one.y, other.y)]);
    const [west, east] = [southWest.wrap().lng, northEast.wrap().lng];
    return { south: southWest.lat, west, north: northEast.lat, east };
  };
  const seen = () => {
    const { clientWidth, clientHeight } = map.getContainer();
    onArea(
      areaOf([
        { x: 0, y: 0 },
        { x: clientWidth, y: clientHeight },
      ]),
    );
  };
  const corner = (event: React.PointerEvent): Corner => ({ x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY });
  const finish = () => {
    if (box && Math.abs(box[0].x - box[1].x) > LEAST && Math.abs(box[0].y - box[1].y) > LEAST) onArea(areaOf(box));
    setBox(null);
    setDrawing(false);
  };

  return (
    <>
      {drawing && (
        <div
          data-testid="area-drawing"
          className="absolute inset-0 z-10 cursor-crosshair touch-none"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setBox([corner(event), corner(event)]);
          }}
          onPointerMove={(event) => box && setBox([box[0], corner(event)])}
          onPointerUp={finish}
        >
          {box && (
            <div
              className="pointer-events-none absolute border-2 border-accent bg-accent/10"
              style={{
                left: Math.min(box[0].x, box[1].x),
                top: Math.min(box[0].y, box[1].y),
                width: Math.abs(box[0].x - box[1].x),
                height: Math.abs(box[0].y - box[1].y),
              }}
            />
          )}
        </div>
      )}
      <div className="absolute top-3 left-3 z-20 flex flex-col gap-1">
        <Button aria-pressed={drawing} onClick={() => setDrawing(!drawing)}>
          <SquareDashedMousePointer aria-hidden className="size-4" />
          {drawing ? "Draw a box" : "Select an area"}
        </Button>
        <Button onClick={seen}>Only what is seen</Button>
      </div>
    </>
  );
}
