import { measuresOf } from "../../compiler/schema/selected-measures.ts";
import { betterOf } from "../train/phase/selection.ts";
import type { Chart, ChartFrame, Curves } from "./chart.ts";
import type { RunRecord } from "./run-record.ts";
import { samplerShares, stopMarks } from "./sampler-shares.ts";
import {
  type Point,
  gradientNorms,
  scaledByTask,
  stageBegins,
  stepValues,
  taskValues,
  validatedMetrics,
  validationCurve,
} from "./series.ts";

/** The values that a run has logged, and the specification that it trains. */
export interface LoggedRun {
  readonly events: RunRecord["events"];
  readonly program: Pick<RunRecord["program"], "specification">;
}

/** The charts of a run, except those whose values it has not recorded. */
export function chartsOf(run: LoggedRun): readonly Chart[] {
  const { events } = run;
  const curves: readonly Curves[] = [
    curvesByTask(
      "training loss",
      "Losses of training batches, with dropout; long curves are means over a few steps.",
      taskValues(events, "loss"),
    ),
    ...validatedMetrics(events)
      .filter((metric) => metric !== "score" || Object.keys(run.program.specification.tasks).length > 1)
      .map((metric): Curves => validationCurves(metric, run)),
    {
      kind: "curves",
      label: "loss scale",
      note: "Factors of the loss balance on the tasks' gradients.",
      points: taskValues(events, "loss_scale"),
    },
    {
      kind: "curves",
      label: "fraction of data used",
      note: "The fraction of each task's training rows that the stage has trained on.",
      points: taskValues(events, "data_used"),
      unit: "share",
    },
    {
      kind: "curves",
      label: "learning rate",
      note: "The learning rate of the optimizer, after the schedule.",
      points: stepValues(events, "rate"),
    },
    { kind: "curves", label: "gradient norm", note: "Before clipping.", points: gradientNorms(events) },
  ];
  const sampling = samplingOf(run);
  return [...curves.filter(({ points }) => points.length > 0), ...(sampling ? [sampling] : [])];
}

export function frameOf({ events, program }: LoggedRun): ChartFrame {
  const begins = stageBegins(events).map(({ step }) => step);
  return {
    tasks: Object.keys(program.specification.tasks),
    steps: events.reduce((last, { step }) => Math.max(last, step), 1),
    begins: begins.slice(1),
  };
}

/** Losses and errors of tasks may have very different sizes, so these are scaled; all other metrics are comparable. */
function validationCurves(metric: string, run: LoggedRun): Curves {
  const [label, note, points] = [
    `validation ${metric}`,
    directionOf(metric, run),
    validationCurve(run.events, metric),
  ] as const;
  return isLowerBetter(metric, run) ? curvesByTask(label, note, points) : { kind: "curves", label, note, points };
}

function curvesByTask(label: string, note: string, given: readonly Point[]): Curves {
  const { points, scales } = scaledByTask(given);
  if (scales.size === 0) return { kind: "curves", label, note, points };
  const ones = [...scales].map(
    ([task, scale]) =>
      `${Number(scale.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 })} for ${task}`,
  );
  return {
    kind: "curves",
    label,
    note: `${note} The tasks' values differ greatly, so each curve is divided by its first value: 1 is ${ones.join(", ")}.`,
    points,
  };
}

/** The fractions of the tasks in the steps; `undefined` if all steps are of one task. */
function samplingOf({ events, program: { specification } }: LoggedRun): Chart | undefined {
  const shares = samplerShares(events, Object.keys(specification.tasks));
  if (new Set(shares.map(({ task }) => task)).size < 2) return undefined;
  const marks = stopMarks(events, shares);
  const stops = marks.some(({ kind }) => kind !== "leave")
    ? " ■ The sampler stops a task, which is then trained only occasionally; ▶ it resumes the task."
    : "";
  const leaves = marks.some(({ kind }) => kind === "leave")
    ? " ✕ A task that no longer improves leaves the stage."
    : "";
  return {
    kind: "bands",
    label: "fraction of training by task",
    note: `Fraction of the steps in each interval, or of their rows if steps mix tasks.${stops}${leaves}`,
    shares,
    marks,
  };
}

function directionOf(metric: string, run: LoggedRun): string {
  if (metric === "score")
    return "The score that chooses the best checkpoint: the mean over tasks of the task's first metric, on a scale from a constant prediction, 0, to the best possible value, 1. Higher is better.";
  return isLowerBetter(metric, run) ? "Lower is better." : "Higher is better.";
}

function isLowerBetter(metric: string, { program: { specification } }: Pick<LoggedRun, "program">): boolean {
  const measure = Object.values(specification.tasks)
    .flatMap(measuresOf)
    .find(({ name }) => name === metric);
  return measure !== undefined && betterOf(measure) === "lower";
}
