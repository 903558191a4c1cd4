import { type Averaging, averaged, type ClassCount, ClassCounts, ratio } from "./class-counts.ts";
import type { Metric, MetricDefinition, MetricTask } from "./metric.ts";
import { argmax } from "./rank.ts";

export const f1: MetricDefinition<"f1"> = ofClasses(({ hits, predicted, actual }) =>
  ratio(2 * hits, predicted + actual),
);
export const precision: MetricDefinition<"precision"> = ofClasses(({ hits, predicted }) => ratio(hits, predicted));
export const recall: MetricDefinition<"recall"> = ofClasses(({ hits, actual }) => ratio(hits, actual));

function ofClasses<Name extends "f1" | "precision" | "recall">(
  score: (of: ClassCount) => number,
): MetricDefinition<Name> {
  return {
    better: "higher",
    best: 1,
    on: {
      category: (options, task) => ofCategory(score, options, task),
      labels: (options, task) => ofLabels(score, options, task),
    },
  };
}

/** Classes that are neither present nor predicted do not enter the macro mean of single labels, as in scikit-learn. */
function ofCategory(score: (of: ClassCount) => number, averaging: Averaging, task: MetricTask): Metric<"category"> {
  const counts = new ClassCounts(task.classes);
  return {
    observe: ({ scores, target }, weight) => {
      counts.rows++;
      const given = argmax(scores);
      for (const of of new Set([target, given]))
        counts.add(of, { isActual: of === target, isPredicted: of === given }, weight);
    },
    value: () => averaged(counts, score, averaging, task, "left out"),
  };
}

/** A label is predicted where its probability exceeds one half, which is a score above 0. */
function ofLabels(score: (of: ClassCount) => number, averaging: Averaging, task: MetricTask): Metric<"labels"> {
  const counts = new ClassCounts(task.classes);
  return {
    observe: ({ scores, target }, weight) => {
      counts.rows++;
      for (let of = 0; of < task.classes; of++)
        counts.add(of, { isActual: (target[of] ?? 0) > 0.5, isPredicted: (scores[of] ?? 0) > 0 }, weight);
    },
    value: () => averaged(counts, score, averaging, task, "counted"),
  };
}
