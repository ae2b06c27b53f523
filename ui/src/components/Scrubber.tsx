import { useEffect, useRef, useState } from "react";
import { drawScrubber, timeAt, type View, xOf } from "./scrubberDrawing";

export type Bar = { from: number; count: number };
type Span = { from: number; to: number };

type Props = {
  label: string;
  /** The bars in order of time, and the length of one in milliseconds. */
  bars: Bar[];
  width: number;
  /** The part of time that is seen. */
  view: View;
  selected: Span | null;
  /** Where one is, when that is somewhere. */
  at: number | null;
  spanText: (span: Span | null) => string;
  onView: (view: View) => void;
  onSelect: (span: Span | null) => void;
  /** A click, which chooses no span. */
  onPoint: (time: number) => void;
};

/** The least drag that selects, in pixels: less is a click. */
const LEAST_DRAG = 4;
/** The least that is seen at once, in milliseconds. */
const LEAST_VIEW = 2 * 86_400_000;

/** Density over time: drag selects a span, a click goes there, the wheel zooms; arrows move the span, plus and minus zoom, Escape clears. */
export function Scrubber({ label, bars, width, view, selected, at, spanText, onView, onSelect, onPoint }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const dragged = drag && { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) };

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const seen = new ResizeObserver(([entry]) => entry && setSize({ width: entry.contentRect.width, height: entry.contentRect.height }));
    seen.observe(element);
    return () => seen.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (element === null || size.width === 0) return;
    const draw = () => drawScrubber(element, size, { bars, width, view, selected: dragged ?? selected, at });
    draw();
    // The colours are the document's: a change of theme draws anew.
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    return () => themed.disconnect();
  });

  const zoom = (factor: number, around: number) => {
    const span = Math.max(LEAST_VIEW, (view.to - view.from) * factor);
    const share = (around - view.from) / (view.to - view.from);
    onView({ from: around - span * share, to: around + span * (1 - share) });
  };
  const latest = useRef(zoom);
  latest.current = zoom;

  // React listens to the wheel passively; the page must not scroll while the scrubber zooms.
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      latest.current(Math.exp(event.deltaY * 0.0015), timeAt(event.offsetX, element?.clientWidth ?? 1, viewNow.current));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);
  const viewNow = useRef(view);
  viewNow.current = view;

  const timeOf = (event: React.PointerEvent) => timeAt(event.nativeEvent.offsetX, size.width, view);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const chosen = selected ?? { from: view.from + (view.to - view.from) * 0.45, to: view.from + (view.to - view.from) * 0.55 };
    const step = chosen.to - chosen.from;
    if (event.key === "ArrowLeft") onSelect({ from: chosen.from - step, to: chosen.to - step });
    else if (event.key === "ArrowRight") onSelect({ from: chosen.from + step, to: chosen.to + step });
    else if (event.key === "ArrowUp") onSelect({ from: chosen.from - step / 2, to: chosen.to + step / 2 });
    else if (event.key === "ArrowDown") onSelect({ from: chosen.from + step / 4, to: chosen.to - step / 4 });
    else if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 0.7 : 1.4, (chosen.from + chosen.to) / 2);
    else if (event.key === "Escape") onSelect(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const middle = selected ? (selected.from + selected.to) / 2 : (at ?? view.to);
  return (
    <canvas
      ref={canvas}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={Math.round(view.from)}
      aria-valuemax={Math.round(view.to)}
      aria-valuenow={Math.round(middle)}
      aria-valuetext={spanText(selected)}
      className="h-full w-full touch-none select-none rounded-md"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: timeOf(event), to: timeOf(event) });
      }}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: timeOf(event) })}
      onPointerUp={() => {
        if (dragged === null) return;
        const pixels = xOf(dragged.to, size.width, view) - xOf(dragged.from, size.width, view);
        if (pixels < LEAST_DRAG) onPoint(dragged.from);
        else onSelect(dragged);
        setDrag(null);
      }}
      onPointerCancel={() => setDrag(null)}
    />
  );
}
