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

/** What a run has no data for has no chart. */
export function chartsOf(run: RunRecord): readonly Chart[] {
  const { events } = run;
  const curves: readonly Curves[] = [
    curvesByTask(
      "training loss",
      "Of batches as they are trained on, dropout included; long curves are means over a few steps.",
      taskValues(events, "loss"),
    ),
    ...validatedMetrics(events)
      .filter((metric) => metric !== "score" || Object.keys(run.program.specification.tasks).length > 1)
      .map((metric): Curves => validationCurves(metric, run)),
    {
      kind: "curves",
      label: "loss scale",
      note: "What the loss balance multiplies each task's gradient by.",
      points: taskValues(events, "loss_scale"),
    },
    {
      kind: "curves",
      label: "share of data used",
      note: "Of each task's training rows, those that the stage has trained on so far.",
      points: taskValues(events, "data_used"),
      unit: "share",
    },
    {
      kind: "curves",
      label: "learning rate",
      note: "Of the optimizer, after the schedule.",
      points: stepValues(events, "rate"),
    },
    { kind: "curves", label: "gradient norm", note: "Before clipping.", points: gradientNorms(events) },
  ];
  const sampling = samplingOf(run);
  return [...curves.filter(({ points }) => points.length > 0), ...(sampling ? [sampling] : [])];
}

export function frameOf({ events, program }: RunRecord): ChartFrame {
  const begins = stageBegins(events).map(({ step }) => step);
  return {
    tasks: Object.keys(program.specification.tasks),
    steps: events.reduce((last, { step }) => Math.max(last, step), 1),
    begins: begins.slice(1),
  };
}

/** Losses and errors of tasks may be of any size; whatever else is measured is comparable as it is. */
function validationCurves(metric: string, run: RunRecord): Curves {
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
    note: `${note} Tasks are of very different size, so each curve is a share of its first value: 1 is ${ones.join(", ")}.`,
    points,
  };
}

/** Nothing to see where all steps are of one task. */
function samplingOf({ events, program: { specification } }: RunRecord): Chart | undefined {
  const shares = samplerShares(events, Object.keys(specification.tasks));
  if (new Set(shares.map(({ task }) => task)).size < 2) return undefined;
  const marks = stopMarks(events, shares);
  const stops =
    marks.length === 0 ? "" : " ■ The sampler stops a task, which is then trained only now and then; ▶ it goes again.";
  return {
    kind: "bands",
    label: "share of training by task",
    note: `Of the steps of each stretch; of their rows where a step mixes tasks.${stops}`,
    shares,
    marks,
  };
}

function directionOf(metric: string, run: RunRecord): string {
  if (metric === "score")
    return "What chooses the best checkpoint: the mean over tasks of the share of the way from what always predicting the same gets, 0, to the best value of the task's first metric, 1. Higher is better.";
  return isLowerBetter(metric, run) ? "Lower is better." : "Higher is better.";
}

function isLowerBetter(metric: string, { program: { specification } }: Pick<RunRecord, "program">): boolean {
  const measure = Object.values(specification.tasks)
    .flatMap(measuresOf)
    .find(({ name }) => name === metric);
  return measure !== undefined && betterOf(measure) === "lower";
}
