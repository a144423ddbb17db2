import { init } from "echarts";
import type { Party } from "./table.ts";

/** One group of bars: the figures of each party at one size. */
export interface Group {
  /** E.g. `10 clusters`. */
  readonly name: string;
  readonly figures: Readonly<Partial<Record<Party, number | undefined>>>;
}

interface Picture {
  readonly title: string;
  /** What the figures count. */
  readonly unit: string;
  readonly digits: number;
  readonly groups: readonly Group[];
}

/** Readable on a light and on a dark page. */
const ink = "#768390";
const styles: Readonly<Record<Party, { readonly name: string; readonly color: string }>> = {
  hikube: { name: "hikube", color: "#388bfd" },
  kubectl: { name: "gavinbunney/kubectl", color: "#d29922" },
  floor: { name: "terraform-plugin-framework, does nothing", color: "#8b949e" },
};

/** Returns an SVG without a background. Equal figures give equal text. */
export function drawPicture({ title, unit, digits, groups }: Picture): string {
  const parties = (Object.keys(styles) as Party[]).filter((party) => groups.some(({ figures }) => party in figures));
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 760, height: 340 });
  const text = { color: ink, fontFamily: "system-ui, sans-serif", fontSize: 13 };
  const line = { lineStyle: { color: ink, opacity: 0.3 } };
  chart.setOption({
    animation: false,
    textStyle: text,
    title: { text: `${title}, ${unit}`, left: 0, textStyle: { ...text, fontSize: 15, fontWeight: 600 } },
    legend: { data: parties.map((party) => styles[party].name), left: 0, top: 30, itemGap: 36, textStyle: text },
    grid: { left: 40, right: 8, top: 76, bottom: 28 },
    xAxis: {
      type: "category",
      data: groups.map(({ name }) => name),
      axisLabel: text,
      axisLine: line,
      axisTick: { show: false },
    },
    yAxis: { type: "value", axisLabel: text, splitLine: line },
    series: parties.map((party) => ({
      type: "bar",
      name: styles[party].name,
      itemStyle: { color: styles[party].color },
      data: groups.map(({ figures }) => figures[party]),
      label: {
        ...text,
        show: true,
        position: "top",
        formatter: ({ value }: { readonly value?: unknown }) =>
          typeof value === "number" ? value.toFixed(digits) : "",
      },
    })),
  });
  // Nothing moves under the mouse, and what that would need is numbered through the life of the process.
  const picture = chart
    .renderToSVGString({ useViewBox: true })
    .replace(/<style.*?<\/style>\n/s, "")
    .replaceAll(/ (?:class|ecmeta_\w+)="[^"]*"/g, "")
    .replace(">", `>\n<title>${title}, ${unit}</title>`);
  chart.dispose();
  return `${picture}\n`;
}
