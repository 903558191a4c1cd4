import type { Chart, ChartFrame } from "./chart.ts";

/** Colours that can be distinguished on white and on black, also by most who do not see red and green. */
const colours = ["#3b82d0", "#e07b39", "#2f9e73", "#b56bc9", "#c9a227", "#d1495b", "#5f7f99", "#7a9e3f"] as const;

/** The lengths of dashes and gaps; an empty list is a solid line. */
const dashings: readonly (readonly number[])[] = [[], [7, 3], [2, 2]];

export interface SeriesLook {
  readonly colour: string;
  readonly dashes: readonly number[];
}

/**
 * A task has the colour of its index among the tasks, in every chart. A series that is not of a task has the colour of
 * the text.
 */
export function lookOf(series: string, tasks: readonly string[]): SeriesLook {
  const place = tasks.indexOf(series);
  if (place === -1) return { colour: "currentColor", dashes: [] };
  return {
    colour: colours[place % colours.length] ?? "currentColor",
    dashes: dashings[Math.floor(place / colours.length) % dashings.length] ?? [],
  };
}

/** The series of a chart, tasks first. */
export function seriesOf(chart: Chart, { tasks }: Pick<ChartFrame, "tasks">): readonly string[] {
  const shown = new Set(
    chart.kind === "bands" ? chart.shares.map(({ task }) => task) : chart.points.map(({ series }) => series),
  );
  return [...tasks.filter((task) => shown.has(task)), ...[...shown].filter((series) => !tasks.includes(series))];
}
