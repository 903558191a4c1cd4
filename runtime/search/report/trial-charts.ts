import type { TopLevelSpec } from "vega-lite";
import { chartLook, svgOf } from "../../report/chart.ts";
import { fractionOf } from "../draw.ts";
import type { Space } from "../space.ts";
import { type Trial, scoreOfTrial } from "../trial.ts";
import { shownScore } from "../trial-rows.ts";
import type { LoggedValidation, ScoreDisplay } from "../trial-progress.ts";

/** The colours of the worst and of the best score, which are clear on a light page and on a dark one. */
const colours = ["#8a97a6", "#d97706"];
const widthOfAxis = 150;
const height = 260;

interface ScoredTrial {
  readonly trial: Trial;
  readonly score: number;
}

export function scoredTrials(trials: readonly Trial[]): readonly ScoredTrial[] {
  return trials.flatMap((trial) => {
    const score = scoreOfTrial(trial);
    return score === null ? [] : [{ trial, score }];
  });
}

/** Parallel coordinates: a line for each trial, which crosses the axis of each dimension at its value, and ends at its score. */
export function parallelCoordinates(
  space: Space,
  trials: readonly Trial[],
  { label, sign }: ScoreDisplay,
): Promise<string> {
  const scored = scoredTrials(trials);
  const scores = scored.map(({ score }) => score);
  const [worst, best] = [Math.min(...scores), Math.max(...scores)];
  const fraction = (score: number): number => (best > worst ? (score - worst) / (best - worst) : 0.5);
  const points = scored.flatMap(({ trial, score }) => {
    const mark = { trial: trial.number, score, width: score === best ? 3 : 1.2 };
    const values = space.flatMap((dimension) => {
      const at = fractionOf(dimension, trial.values[dimension.name] ?? "");
      return at === undefined ? [] : [{ ...mark, axis: dimension.name, at }];
    });
    return [...values, { ...mark, axis: label, at: fraction(score) }];
  });
  const ticks = [
    ...space.flatMap((dimension) => ticksOf(dimension).map((tick) => ({ ...tick, axis: dimension.name }))),
    ...[...new Set([worst, best])].map((score) => ({
      axis: label,
      at: fraction(score),
      tick: shownScore(score, sign),
    })),
  ];
  const axes = [...space.map(({ name }) => name), label];
  const x = {
    field: "axis",
    type: "nominal",
    sort: null,
    scale: { domain: axes, type: "point", padding: 0.5 },
    axis: { title: null, orient: "top", labelAngle: 0, labelLimit: 0, labelPadding: 14, domain: false, ticks: false },
  } as const;
  const y = { field: "at", type: "quantitative", axis: null, scale: { domainMin: 0, domainMax: 1 } } as const;
  const specification: TopLevelSpec = {
    width: widthOfAxis * axes.length,
    height,
    background: "transparent",
    padding: 4,
    layer: [
      {
        data: { values: axes.map((axis) => ({ axis })) },
        mark: { type: "rule", color: "currentColor", opacity: 0.4 },
        encoding: { x, y: { value: 0 }, y2: { value: height } },
      },
      {
        data: { values: points },
        mark: { type: "line", opacity: 0.85 },
        encoding: {
          x,
          y,
          detail: { field: "trial", type: "nominal" },
          color: { field: "score", type: "quantitative", scale: { range: colours, interpolate: "rgb" }, legend: null },
          strokeWidth: { field: "width", type: "quantitative", scale: null, legend: null },
        },
      },
      {
        data: { values: ticks },
        mark: { type: "text", align: "left", baseline: "middle", dx: 6, color: "currentColor", fontSize: 12 },
        encoding: { x, y, text: { field: "tick" } },
      },
    ],
    config: chartLook,
  };
  return svgOf(specification, `The values of each trial and its ${label}`);
}

function ticksOf({ name, values }: Space[number]): readonly { readonly at: number; readonly tick: string }[] {
  const written =
    values.kind === "choices" ? values.values : [`${values.low}${values.unit}`, `${values.high}${values.unit}`];
  return written.flatMap((tick) => {
    const at = fractionOf({ name, values }, tick);
    return at === undefined ? [] : [{ at, tick }];
  });
}

/** A line for each trial: its score at each of its validations. */
export function scoresByValidation(
  trials: readonly Trial[],
  validations: ReadonlyMap<number, readonly LoggedValidation[]>,
  { label, sign }: ScoreDisplay,
): Promise<string> {
  const points = scoredTrials(trials).flatMap(({ trial, score: last }) =>
    (validations.get(trial.number) ?? []).flatMap(({ score }, index) =>
      score === null ? [] : [{ trial: trial.number, validation: index + 1, value: sign * score, score: last }],
    ),
  );
  const specification: TopLevelSpec = {
    width: 3 * widthOfAxis,
    height,
    background: "transparent",
    padding: 4,
    data: { values: points },
    mark: { type: "line", point: { size: 14 }, opacity: 0.85 },
    encoding: {
      x: { field: "validation", type: "quantitative", title: "validation", axis: { tickMinStep: 1, format: "d" } },
      y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
      detail: { field: "trial", type: "nominal" },
      color: { field: "score", type: "quantitative", scale: { range: colours, interpolate: "rgb" }, legend: null },
    },
    config: chartLook,
  };
  return svgOf(specification, `The ${label} of each trial by validation`);
}
