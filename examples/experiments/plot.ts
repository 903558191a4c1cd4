import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { View, parse } from "vega";
import { type TopLevelSpec, compile } from "vega-lite";
import { lookOf } from "../../runtime/report/series-look.ts";
import { pageFolder } from "./table.ts";

export interface Point {
  readonly step: number;
  readonly value: number;
  /** Over seeds. */
  readonly deviation: number;
  /** What is compared: one line each. */
  readonly series: string;
  /** Where there are several charts side by side, which one. */
  readonly panel?: string;
}

export interface Chart {
  /** What the picture shows, for who does not see it. */
  readonly title: string;
  /** Of the vertical axis. */
  readonly label: string;
  /** The horizontal axis, where `step` counts something else than steps. */
  readonly horizontal?: { readonly title: string; readonly scale: "linear" | "log" };
  readonly points: readonly Point[];
}

/** Draws lines of means in bands of one deviation, `EXPERIMENT-NAME.svg` beside the README of the experiments; gives the Markdown that shows it. */
export async function writePlot(experiment: string, name: string, chart: Chart): Promise<string> {
  const file = `${experiment}-${name}.svg`;
  await writeFile(join(pageFolder, file), await renderPlot(chart));
  return `![${chart.title}](${file})`;
}

/** A picture in a page has no text colour to take: it follows the reader's theme by itself. */
const theme = "<style>svg { color: #1c2128 } @media (prefers-color-scheme: dark) { svg { color: #e3e7ec } }</style>";

export async function renderPlot(chart: Chart): Promise<string> {
  const view = new View(parse(compile(specificationOf(chart)).spec), { renderer: "none" });
  try {
    return `${(await view.toSVG()).replace(/<svg [^>]*>/u, (opening) => `${opening}${theme}`)}\n`;
  } finally {
    view.finalize();
  }
}

function specificationOf({ label, horizontal = { title: "step", scale: "linear" }, points }: Chart): TopLevelSpec {
  const series = [...new Set(points.map((point) => point.series))];
  const panels = [...new Set(points.flatMap(({ panel }) => (panel === undefined ? [] : [panel])))];
  const values = points.map(({ deviation, ...point }) => ({
    ...point,
    low: point.value - deviation,
    high: point.value + deviation,
  }));
  const color = {
    field: "series",
    type: "nominal" as const,
    scale: { domain: series, range: series.map((each) => lookOf(each, series).colour) },
    legend: { title: null, orient: "bottom" as const, columns: 2, labelLimit: 400, symbolOpacity: 1 },
  };
  const x = {
    field: "step",
    type: "quantitative" as const,
    title: horizontal.title,
    scale: { type: horizontal.scale },
    axis: { tickCount: 5 },
  };
  const drawn = {
    width: panels.length > 0 ? 190 : 420,
    height: panels.length > 0 ? 150 : 240,
    layer: [
      {
        mark: { type: "area" as const, opacity: 0.15 },
        encoding: {
          x,
          y: { field: "low", type: "quantitative" as const, title: label, scale: { zero: false } },
          y2: { field: "high" },
          color,
        },
      },
      {
        mark: { type: "line" as const, point: points.length / series.length / Math.max(1, panels.length) <= 30 },
        encoding: { x, y: { field: "value", type: "quantitative" as const }, color },
      },
    ],
  };
  const axis = {
    labelColor: "currentColor",
    titleColor: "currentColor",
    domainColor: "currentColor",
    tickColor: "currentColor",
    gridColor: "currentColor",
    gridOpacity: 0.15,
    domainOpacity: 0.4,
    tickOpacity: 0.4,
  };
  const common = {
    background: "transparent",
    padding: 4,
    data: { values },
    config: {
      font: "system-ui, sans-serif",
      view: { stroke: null },
      axis,
      legend: { labelColor: "currentColor" },
      header: { labelColor: "currentColor" },
    },
  };
  return panels.length > 0
    ? {
        ...common,
        facet: { field: "panel", type: "nominal", title: null, sort: panels },
        columns: panels.length % 2 === 0 ? 2 : 3,
        spec: drawn,
        resolve: { scale: { y: "independent" } },
      }
    : { ...common, ...drawn };
}
