import type { LoggedValue } from "../run/metrics-log.ts";

/** One point of a curve. */
export interface Point {
  readonly step: number;
  /** The name of the curve: a task, a term. */
  readonly series: string;
  readonly value: number;
}

/** The number of windows over which a long curve is averaged, because more points than pixels are not visible. */
const windows = 160;

/**
 * A value that steps have for each task, `loss` or `loss_scale`, as means over windows of steps, since single batches
 * scatter.
 */
export function taskValues(events: readonly LoggedValue[], wanted: string): readonly Point[] {
  return windowMeans(events.filter(({ split, name, task }) => split === "train" && name === wanted && task !== null));
}

/** Validation values of one metric, by task. */
export function validationCurve(events: readonly LoggedValue[], metric: string): readonly Point[] {
  return events.flatMap(({ split, name, task, step, value }) =>
    split === "validation" && name === metric && value !== null ? [{ step, series: task ?? metric, value }] : [],
  );
}

/** Metrics that were validated, in order of first appearance. */
export function validatedMetrics(events: readonly LoggedValue[]): readonly string[] {
  return [...new Set(events.flatMap(({ split, name }) => (split === "validation" ? [name] : [])))];
}

/** A value that steps have without a task: `rate`, `gradient_norm` of steps of several tasks. */
export function stepValues(events: readonly LoggedValue[], wanted: string): readonly Point[] {
  return windowMeans(events.filter(({ split, name, task }) => split === "train" && name === wanted && task === null));
}

/** Norms of each task's gradient, and of the gradients of steps of several tasks; before clipping. */
export function gradientNorms(events: readonly LoggedValue[]): readonly Point[] {
  return [
    ...taskValues(events, "gradient_norm"),
    ...stepValues(events, "gradient_norm").map((point) => ({ ...point, series: "step" })),
  ];
}

/** Updates of the run before each of its stages, as far as it came. */
export function stageBegins(
  events: readonly LoggedValue[],
): readonly { readonly stage: string; readonly step: number }[] {
  const trained = events.filter(({ split, name }) => split === "train" && name === "rate");
  return [...groupBy(trained, ({ stage }) => stage)].map(([stage, [first]]) => ({
    stage,
    step: (first?.step ?? 1) - 1,
  }));
}

function windowMeans(events: readonly LoggedValue[]): readonly Point[] {
  const last = events.reduce((largest, { step }) => Math.max(largest, step), 0);
  const width = Math.max(1, Math.ceil(last / windows));
  const groups = groupBy(events, ({ step, task }) => `${Math.floor((step - 1) / width)} ${task ?? ""}`);
  return [...groups.values()].flatMap((group) => {
    const values = group.flatMap(({ value }) => (value === null ? [] : [value]));
    const [first] = group;
    if (!first || values.length === 0) return [];
    const step = group.reduce((sum, each) => sum + each.step, 0) / group.length;
    return [
      { step, series: first.task ?? first.name, value: values.reduce((sum, value) => sum + value, 0) / values.length },
    ];
  });
}

/** The ratio of curves above which the larger one would make the smaller one look flat. */
const FAR_APART = 10;

export interface ScaledCurves {
  readonly points: readonly Point[];
  /** The divisor of each curve, if curves were divided: its first value. */
  readonly scales: ReadonlyMap<string, number>;
}

/** Divides each curve by its first value if their sizes are very different; otherwise returns them unchanged. */
export function scaledByTask(points: readonly Point[]): ScaledCurves {
  const firsts = new Map(points.toReversed().map(({ series, value }) => [series, Math.abs(value)]));
  const sizes = [...firsts.values()];
  if (sizes.some((size) => size === 0) || Math.max(...sizes) < FAR_APART * Math.min(...sizes) || sizes.length < 2)
    return { points, scales: new Map() };
  return {
    points: points.map((point) => ({ ...point, value: point.value / (firsts.get(point.series) ?? 1) })),
    scales: firsts,
  };
}

/** Groups items by key, in order of first appearance. */
export function groupBy<Key>(
  events: readonly LoggedValue[],
  keyOf: (event: LoggedValue) => Key,
): Map<Key, LoggedValue[]> {
  const groups = new Map<Key, LoggedValue[]>();
  for (const event of events) {
    const key = keyOf(event);
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return groups;
}
