import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { View, parse } from "vega";
import { type TopLevelSpec, compile } from "vega-lite";
import { lookOf } from "../../runtime/report/series-look.ts";
import { pageFolder } from "./table.ts";

export interface Point {
  readonly step: number;
  readonly value: number;
  /** The standard deviation over seeds. */
  readonly deviation: number;
  /** The name of the line that the point belongs to. */
  readonly series: string;
  /** The name of the panel, where there are several side by side. */
  readonly panel?: string;
}

export interface Chart {
  /** The alternative text of the picture. */
  readonly title: string;
  /** The label of the vertical axis. */
  readonly label: string;
  /** The title and scale of the horizontal axis, where `step` counts something other than steps. */
  readonly horizontal?: { readonly title: string; readonly scale: "linear" | "log" };
  readonly points: readonly Point[];
}

/** Draws lines of means in bands of one standard deviation as `EXPERIMENT-NAME.svg` beside the README of the experiments. It returns the Markdown that shows the picture. */
export async function writePlot(experiment: string, name: string, chart: Chart): Promise<string> {
  const file = `${experiment}-${name}.svg`;
  await writeFile(join(pageFolder, file), await renderPlot(chart));
  return `![${chart.title}](${file})`;
}

/** An SVG that a page shows as an image cannot inherit the page's text colour, so it has a style for each colour scheme. */
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
