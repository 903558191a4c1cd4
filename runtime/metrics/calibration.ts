import type { Metric, MetricDefinition } from "./metric.ts";
import { argmax, shares } from "./rank.ts";

export const calibrationError: MetricDefinition<"calibration_error"> = {
  better: "lower",
  best: 0,
  on: { category: ({ bins }) => measure(bins) },
};

/**
 * Expected calibration error (Naeini et al., 2015; Guo et al., 2017, eq. 3): Σ |B| ∕ n · |accuracy(B) − confidence(B)| over bins ((m − 1) ∕ M, m ∕ M] of the
 * greatest probability. Keeps two sums a bin.
 */
function measure(bins: number): Metric<"category"> {
  const right = new Float64Array(bins);
  const confident = new Float64Array(bins);
  let count = 0;
  return {
    observe: ({ scores, target }, weight) => {
      const given = argmax(scores);
      const confidence = shares(scores)[given] ?? 0;
      const bin = Math.max(0, Math.ceil(confidence * bins) - 1);
      right[bin] = (right[bin] ?? 0) + (given === target ? weight : 0);
      confident[bin] = (confident[bin] ?? 0) + weight * confidence;
      count += weight;
    },
    // |B| ∕ n · |a ∕ |B| − c ∕ |B|| = |a − c| ∕ n.
    value: () =>
      count === 0
        ? Number.NaN
        : right.reduce((sum, each, bin) => sum + Math.abs(each - (confident[bin] ?? 0)), 0) / count,
  };
}
