import type { MetricDefinition } from "./metric.ts";
import { type Scored, curveOfCategory, curveOfLabels } from "./scored-classes.ts";

export const rocAuc: MetricDefinition<"roc_auc"> = {
  better: "higher",
  best: 1,
  on: {
    category: (options, task) => curveOfCategory(areaUnderRoc, options, task),
    labels: (options, task) => curveOfLabels(areaUnderRoc, options, task, "left out"),
  },
};

/**
 * The chance that a row of the class has a higher score than one that is not, equal scores being half (Hanley & McNeil,
 * 1982). NaN without both.
 */
function areaUnderRoc(rows: readonly Scored[]): number {
  const sorted = rows.toSorted((left, right) => left.score - right.score);
  let [area, below, positives] = [0, 0, 0];
  for (let start = 0; start < sorted.length;) {
    let [end, present, absent] = [start, 0, 0];
    for (; end < sorted.length && sorted[end]?.score === sorted[start]?.score; end++) {
      const row = sorted[end];
      if (row?.present) present += row.weight;
      else absent += row?.weight ?? 0;
    }
    area += present * (below + absent / 2);
    below += absent;
    positives += present;
    // NaN is not equal to itself.
    start = Math.max(end, start + 1);
  }
  return positives * below === 0 ? Number.NaN : area / (positives * below);
}
