import { meanOf } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";

/** The mean share of the labels with the highest score. */
function shareOfFirst(scores: Float32Array, target: Float32Array): number {
  let [highest, sum, count] = [-Infinity, 0, 0];
  for (const [index, score] of scores.entries()) {
    if (score < highest) continue;
    if (score > highest) [highest, sum, count] = [score, 0, 0];
    sum += target[index] ?? 0;
    count += 1;
  }
  return sum / count;
}

export const softAccuracy: MetricDefinition<"soft_accuracy"> = {
  better: "higher",
  best: 1,
  on: { labels: () => meanOf(({ scores, target }) => shareOfFirst(scores, target)) },
};
