import { BarChart as Bars } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([Bars, GridComponent, TooltipComponent, SVGRenderer]);

type Props = { label: string; bars: { name: string; value: number }[]; format: (value: number) => string };

/** Bars in the order given. The numbers stand in a table beside it, so the picture is one image to a screen reader. */
export function BarChart({ label, bars, format }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const chart = init(element, null, { renderer: "svg" });
    const draw = () => {
      const style = getComputedStyle(document.documentElement);
      const colour = (name: string) => style.getPropertyValue(name).trim();
      const font = { fontFamily: "Inter Variable, system-ui, sans-serif", fontSize: 11, color: colour("--soft") };
      chart.setOption({
        animation: false,
        grid: { left: 8, right: 8, top: 8, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value: unknown) => format(Number(value)), textStyle: { fontSize: 12 } },
        xAxis: {
          type: "category",
          data: bars.map(({ name }) => name),
          axisLabel: { ...font, hideOverlap: true },
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colour("--line") } },
        },
        yAxis: { type: "value", axisLabel: { ...font, formatter: (value: number) => format(value) }, splitLine: { lineStyle: { color: colour("--line") } } },
        series: [{ type: "bar", data: bars.map(({ value }) => value), itemStyle: { color: colour("--accent"), borderRadius: [2, 2, 0, 0] }, barMaxWidth: 28 }],
      });
    };
    draw();
    const sized = new ResizeObserver(() => chart.resize());
    sized.observe(element);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    return () => {
      sized.disconnect();
      themed.disconnect();
      chart.dispose();
    };
  }, [bars, format]);
  return <div ref={box} role="img" aria-label={label} className="h-44 min-w-0" />;
}
