import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from "chart.js";
import { useEffect, useRef } from "react";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

type Props = { label: string; bars: { name: string; value: number }[]; format: (value: number) => string };

/** Bars in the order given. The numbers stand in a table beside it, so the picture is one image to a screen reader. */
export function BarChart({ label, bars, format }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const draw = () => {
      const style = getComputedStyle(document.documentElement);
      const colour = (name: string) => style.getPropertyValue(name).trim();
      const font = { family: '"Inter Variable", system-ui, sans-serif', size: 11 };
      return new Chart(element, {
        type: "bar",
        data: {
          labels: bars.map(({ name }) => name),
          datasets: [{ data: bars.map(({ value }) => value), backgroundColor: colour("--accent"), borderRadius: 2, maxBarThickness: 28 }],
        },
        options: {
          animation: false,
          maintainAspectRatio: false,
          plugins: {
            tooltip: { displayColors: false, bodyFont: font, titleFont: font, callbacks: { label: ({ parsed }) => format(parsed.y ?? 0) } },
          },
          scales: {
            x: { grid: { display: false }, border: { color: colour("--line") }, ticks: { font, color: colour("--soft"), maxRotation: 0 } },
            y: {
              beginAtZero: true,
              border: { display: false },
              grid: { color: colour("--line") },
              ticks: { font, color: colour("--soft"), maxTicksLimit: 6, callback: (value) => format(Number(value)) },
            },
          },
        },
      });
    };
    let chart = draw();
    const themed = new MutationObserver(() => {
      chart.destroy();
      chart = draw();
    });
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    return () => {
      themed.disconnect();
      chart.destroy();
    };
  }, [bars, format]);
  return (
    <div className="relative h-44 min-w-0">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}
