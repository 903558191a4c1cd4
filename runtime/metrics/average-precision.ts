import { cocoOverlaps, interpolatedPrecision, overClasses, recallOfObjects } from "./detection.ts";
import type { MetricDefinition } from "./metric.ts";
import { type Scored, curveOfCategory, curveOfLabels } from "./scored-classes.ts";

export const meanAveragePrecision: MetricDefinition<"mean_average_precision"> = {
  better: "higher",
  best: 1,
  // A class that no row has counts 0, as in scikit-learn.
  on: {
    labels: (_, task) => curveOfLabels(averagePrecision, { average: "macro" }, task, "counted"),
    boxes: ({ iou }) => overClasses(iou === undefined ? cocoOverlaps : [iou], interpolatedPrecision),
  },
};

export const recallAtIou: MetricDefinition<"recall_at_iou"> = {
  better: "higher",
  best: 1,
  on: { boxes: ({ iou }) => overClasses([iou], recallOfObjects) },
};

export const averagePrecisionOfClass: MetricDefinition<"average_precision"> = {
  better: "higher",
  best: 1,
  on: {
    category: (options, task) => curveOfCategory(averagePrecision, options, task),
    labels: (options, task) => curveOfLabels(averagePrecision, options, task, "counted"),
  },
};

/** Σ (R_n − R_{n−1}) P_n over the distinct scores, from the highest: not interpolated. */
function averagePrecision(rows: readonly Scored[]): number {
  if (rows.length === 0) return Number.NaN;
  const sorted = rows.toSorted((left, right) => right.score - left.score);
  const positives = rows.reduce((count, { present, weight }) => count + (present ? weight : 0), 0);
  if (positives === 0) return 0;
  let [area, hits, seen, counted] = [0, 0, 0, 0];
  for (const [index, { score, present, weight }] of sorted.entries()) {
    seen += weight;
    if (present) hits += weight;
    if (score === sorted[index + 1]?.score) continue;
    area += ((hits - counted) / positives) * (hits / seen);
    counted = hits;
  }
  return area;
}
