import type { TopLevelSpec } from "vega-lite";
import { escaped } from "./html.ts";
import type { Share, StopMark } from "./sampler-shares.ts";
import type { Point } from "./series.ts";
import { type SeriesLook, lookOf, seriesOf } from "./series-look.ts";

interface Titled {
  /** The title of the vertical axis. */
  readonly label: string;
  /** An explanation for a reader who sees such a chart for the first time. */
  readonly note?: string;
}

export interface Curves extends Titled {
  readonly kind: "curves";
  readonly points: readonly Point[];
  readonly unit?: "share";
}

export interface Bands extends Titled {
  readonly kind: "bands";
  readonly shares: readonly Share[];
  readonly marks: readonly StopMark[];
}

export type Chart = Curves | Bands;

/** Properties that all charts of a run share, so that one can be compared with another. */
export interface ChartFrame {
  /** The tasks in the order of the specification, so that a task has the same look in all charts. */
  readonly tasks: readonly string[];
  /** Updates of the run so far. */
  readonly steps: number;
  /** Updates before each stage but the first. */
  readonly begins: readonly number[];
}

const width = 420;
const height = 220;

/** Shapes as paths of SVG: those that Vega has by these names differ in size. */
const shapes: { readonly [Kind in StopMark["kind"]]: string } = {
  stop: "M-0.4,-0.4L0.4,-0.4L0.4,0.4L-0.4,0.4Z",
  go: "M-0.4,-0.5L0.6,0L-0.4,0.5Z",
  leave:
    "M-0.5,-0.35L-0.35,-0.5L0,-0.15L0.35,-0.5L0.5,-0.35L0.15,0L0.5,0.35L0.35,0.5L0,0.15L-0.35,0.5L-0.5,0.35L-0.15,0Z",
};

/** An axis of fractions, from 0 to 1. */
const whole = { domainMin: 0, domainMax: 1 } as const;

/** The chart as an SVG element, which uses the text colour of its page, and needs no script. */
export function renderChart(chart: Chart, frame: ChartFrame): Promise<string> {
  return svgOf(specificationOf(chart, frame), `${chart.label} by steps`);
}

/** A picture by Vega-Lite, which is loaded here and not by every program that predicts, as an SVG element. */
export async function svgOf(specification: TopLevelSpec, label: string): Promise<string> {
  const [{ View, parse }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new View(parse(compile(specification).spec), { renderer: "none" });
  try {
    return (await view.toSVG()).replace("<svg ", `<svg role="img" aria-label="${escaped(label)}" `);
  } finally {
    view.finalize();
  }
}

/** Axes and fonts of all pictures of a report, in the text colour of its page. */
export const chartLook = {
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelColor: "currentColor",
    titleColor: "currentColor",
    domainColor: "currentColor",
    tickColor: "currentColor",
    gridColor: "currentColor",
    gridOpacity: 0.15,
    domainOpacity: 0.4,
    tickOpacity: 0.4,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
  },
} as const;

function specificationOf(chart: Chart, frame: ChartFrame): TopLevelSpec {
  return {
    width,
    height,
    background: "transparent",
    padding: 4,
    encoding: {
      x: {
        type: "quantitative",
        title: "step",
        scale: { domain: [0, frame.steps], nice: false },
        axis: { tickCount: 6, tickMinStep: 1, format: ",d" },
      },
    },
    layer: [...(chart.kind === "bands" ? bandLayers(chart, frame) : curveLayers(chart, frame)), stageLayer(frame)],
    config: chartLook,
  };
}

type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

function curveLayers({ points, unit }: Curves, frame: ChartFrame): readonly Layer[] {
  const series = seriesOf({ kind: "curves", label: "", points }, frame);
  const looks = looksOf(series, frame);
  const scale = unit === "share" ? whole : { zero: false };
  return [
    {
      data: { values: points.map((point) => ({ ...point })) },
      mark: { type: "line", point: points.length / series.length <= 30 },
      encoding: {
        x: { field: "step" },
        y: {
          field: "value",
          type: "quantitative",
          title: null,
          scale,
          axis: { tickCount: 6, format: unit === "share" ? "%" : ",~r" },
        },
        color: {
          field: "series",
          type: "nominal",
          scale: { domain: [...series], range: looks.map(({ colour }) => colour) },
          legend: null,
        },
        strokeDash: {
          field: "series",
          type: "nominal",
          scale: { domain: [...series], range: looks.map(({ dashes }) => [...dashes]) },
          legend: null,
        },
      },
    },
  ];
}

function bandLayers(chart: Bands, frame: ChartFrame): readonly Layer[] {
  const series = seriesOf(chart, frame);
  const y = { type: "quantitative", title: null, scale: whole, axis: { tickCount: 6, format: "%" } } as const;
  const color = {
    field: "task",
    type: "nominal",
    scale: { domain: [...series], range: looksOf(series, frame).map(({ colour }) => colour) },
    legend: null,
  } as const;
  const bands: Layer = {
    data: { values: chart.shares.map((share) => ({ ...share })) },
    mark: { type: "rect", opacity: 0.75 },
    encoding: { x: { field: "from" }, x2: { field: "to" }, y: { ...y, field: "low" }, y2: { field: "high" }, color },
  };
  if (chart.marks.length === 0) return [bands];
  const shape = {
    field: "kind",
    type: "nominal",
    scale: { domain: Object.keys(shapes), range: Object.values(shapes) },
    legend: null,
  } as const;
  const marks: Layer = {
    data: { values: chart.marks.map((mark) => ({ ...mark })) },
    mark: { type: "point", filled: true, size: 320, opacity: 1, color: "currentColor" },
    encoding: { x: { field: "step" }, y: { ...y, field: "height" }, shape },
  };
  return [bands, marks];
}

function stageLayer({ begins }: ChartFrame): Layer {
  return {
    data: { values: begins.map((step) => ({ step })) },
    mark: { type: "rule", color: "currentColor", opacity: 0.6, strokeDash: [2, 3] },
    encoding: { x: { field: "step" } },
  };
}

function looksOf(series: readonly string[], { tasks }: ChartFrame): readonly SeriesLook[] {
  return series.map((each) => lookOf(each, tasks));
}
