import type { Metric, MetricDefinition } from "./metric.ts";
import { Moments } from "./moments.ts";
import { ofNumbers } from "./of-numbers.ts";

export const pearson: MetricDefinition<"pearson"> = {
  better: "higher",
  best: 1,
  ofConstant: 0,
  on: { number: measurePearson },
};
export const spearman: MetricDefinition<"spearman"> = {
  better: "higher",
  best: 1,
  ofConstant: 0,
  on: { number: measureSpearman },
};
export const r2: MetricDefinition<"r2"> = { better: "higher", best: 1, on: ofNumbers(measureR2) };

function measurePearson(): Metric<"number"> {
  const moments = new Moments();
  return {
    observe: ({ prediction, target }, weight) => moments.add(prediction, target, weight),
    value: () => moments.correlation(),
  };
}

/** Pearson's r of the ranks; keeps three numbers of every row, because a rank needs them all. */
function measureSpearman(): Metric<"number"> {
  const predictions: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  return {
    observe: ({ prediction, target }, weight) => {
      predictions.push(prediction);
      targets.push(target);
      weights.push(weight);
    },
    value: () => {
      const moments = new Moments();
      const targetRanks = ranks(targets, weights);
      for (const [row, rank] of ranks(predictions, weights).entries())
        moments.add(rank, targetRanks[row] ?? 0, weights[row] ?? 0);
      return moments.correlation();
    },
  };
}

/**
 * 1 − Σ(y − ŷ)² ∕ Σ(y − ȳ)². As in scikit-learn, it is 1 for a constant target that is predicted exactly, 0 for any
 * other prediction of a constant target, and NaN for fewer than two rows.
 */
function measureR2(): Metric<"number"> {
  const moments = new Moments();
  let residual = 0;
  return {
    observe: ({ prediction, target }, weight) => {
      moments.add(target, target, weight);
      residual += weight * (target - prediction) ** 2;
    },
    value: () => {
      if (moments.rows < 2) return Number.NaN;
      if (moments.squaresX === 0) return residual === 0 ? 1 : 0;
      return 1 - residual / moments.squaresX;
    },
  };
}

/**
 * The rank of each value, as the weight of lower values plus half of that of equal ones: equal values share the mean of
 * their ranks.
 */
function ranks(values: readonly number[], weights: readonly number[]): Float64Array {
  const order = values.map((_, index) => index).sort((left, right) => (values[left] ?? 0) - (values[right] ?? 0));
  const ranked = new Float64Array(values.length);
  let below = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let equal = 0;
    // At least its own: NaN is not equal to itself.
    do equal += weights[order[end++] ?? 0] ?? 0;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]);
    for (let at = start; at < end; at++) ranked[order[at] ?? 0] = below + equal / 2;
    below += equal;
    start = end;
  }
  return ranked;
}
