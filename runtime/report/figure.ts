import { type Chart, type ChartFrame, renderChart } from "./chart.ts";
import { escaped, note } from "./html.ts";
import { lookOf, seriesOf } from "./series-look.ts";

/**
 * A chart with its caption, and with a legend if it has several tasks. The legend is text of the page, so that long
 * names wrap.
 */
export async function figure(chart: Chart, frame: ChartFrame): Promise<string> {
  return `<figure><figcaption>${escaped(chart.label)}</figcaption>${chart.note === undefined ? "" : note(chart.note)}${await renderChart(chart, frame)}${legend(seriesOf(chart, frame), frame)}</figure>`;
}

function legend(series: readonly string[], { tasks }: ChartFrame): string {
  const isClear = series.length === 1 && (tasks.length === 1 || !tasks.includes(series[0] ?? ""));
  return isClear
    ? ""
    : `<ul class="legend">${series.map((each) => `<li>${swatch(each, tasks)}${escaped(each)}</li>`).join("")}</ul>`;
}

function swatch(series: string, tasks: readonly string[]): string {
  const { colour, dashes } = lookOf(series, tasks);
  return `<svg width="20" height="8" aria-hidden="true"><line x1="0" y1="4" x2="20" y2="4" stroke="${colour}" stroke-width="4" stroke-dasharray="${dashes.join(" ")}"/></svg>`;
}
