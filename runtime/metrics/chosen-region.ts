import { meanOf } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";
import type { ObservedRow } from "./observed-row.ts";

/** The mean over the regions with the highest score, of those that can be chosen, of a quantity of the overlap of each. */
function ofChosen(
  { scores, relevance, overlaps }: ObservedRow["choice"],
  quantity: (overlap: number) => number = (overlap) => overlap,
): number {
  let [highest, sum, count] = [-Infinity, 0, 0];
  for (const [region, grade] of relevance.entries()) {
    const score = scores[region] ?? -Infinity;
    if (grade < 0 || score < highest) continue;
    if (score > highest) [highest, sum, count] = [score, 0, 0];
    sum += quantity(overlaps[region] ?? 0);
    count += 1;
  }
  return sum / count;
}

export const meanIou: MetricDefinition<"mean_iou"> = {
  better: "higher",
  best: 1,
  on: { choice: () => meanOf((row) => ofChosen(row)) },
};

export const iouAt: MetricDefinition<"iou_at"> = {
  better: "higher",
  best: 1,
  on: { choice: ({ least }) => meanOf((row) => ofChosen(row, (overlap) => (overlap >= least ? 1 : 0))) },
};
