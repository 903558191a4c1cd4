import { View, parse } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { escaped } from "./html.ts";
import type { Point } from "./series.ts";

export interface Chart {
  /** Of the vertical axis. */
  readonly label: string;
  readonly points: readonly Point[];
  /** Steps hold a value until the next one. */
  readonly mark: "line" | "steps" | "area";
}

const width = 420;
const height = 220;

/** Colours that are told apart on white and on black, also by most who do not see red and green. */
const colours = ["#3b82d0", "#e07b39", "#2f9e73", "#b56bc9", "#c9a227", "#d1495b", "#5f7f99", "#7a9e3f"];

/** The chart as an SVG element that takes the text colour of the page it stands in, and needs no script. */
export async function renderChart({ label, points, mark }: Chart): Promise<string> {
  const view = new View(parse(compile(specificationOf(points, mark)).spec), { renderer: "none" });
  try {
    return (await view.toSVG()).replace("<svg ", `<svg role="img" aria-label="${escaped(label)} by steps" `);
  } finally {
    view.finalize();
  }
}

function specificationOf(points: readonly Point[], mark: Chart["mark"]): TopLevelSpec {
  const series = [...new Set(points.map((point) => point.series))];
  const axis = { labelColor: "currentColor", titleColor: "currentColor", domainColor: "currentColor", tickColor: "currentColor", gridColor: "currentColor", gridOpacity: 0.15, domainOpacity: 0.4, tickOpacity: 0.4 };
  return {
    width,
    height,
    background: "transparent",
    padding: 4,
    data: { values: points.map((point) => ({ ...point })) },
    mark: markOf(mark, points.length / series.length),
    encoding: {
      x: { field: "step", type: "quantitative", title: "step", axis: { tickCount: 6 } },
      y: { field: "value", type: "quantitative", title: null, scale: { zero: mark === "area" }, ...(mark === "area" ? { stack: "zero" as const } : {}) },
      color: { field: "series", type: "nominal", scale: { domain: series, range: colours }, legend: series.length > 1 ? { title: null, orient: "bottom", columns: 4 } : null },
    },
    config: { font: "system-ui, sans-serif", view: { stroke: null }, axis, legend: { labelColor: "currentColor" } },
  };
}

function markOf(mark: Chart["mark"], pointsEach: number) {
  if (mark === "area") return { type: "area", opacity: 0.75 } as const;
  return mark === "steps" ? ({ type: "line", interpolate: "step-after" } as const) : ({ type: "line", point: pointsEach <= 30 } as const);
}
