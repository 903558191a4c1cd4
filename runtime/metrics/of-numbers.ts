import type { Metric } from "./metric.ts";

/**
 * A metric of numbers for a target of one number, and for one of several: there it is the mean over them, as
 * scikit-learn's `multioutput="uniform_average"`. For a reconstruction, and for hidden parts, all values are as
 * many numbers of one kind.
 */
export function ofNumbers(open: () => Metric<"number">): {
  readonly number: () => Metric<"number">;
  readonly vector: () => Metric<"vector">;
  readonly reconstruct: () => Metric<"reconstruct">;
  readonly masked_values: () => Metric<"masked_values">;
} {
  return {
    number: open,
    vector: () => meanOfEach(open),
    reconstruct: () => ofAll(open),
    masked_values: () => ofAll(open),
  };
}

function meanOfEach(open: () => Metric<"number">): Metric<"vector"> {
  const metrics: Metric<"number">[] = [];
  return {
    observe: ({ prediction, target }, weight) => {
      for (const [index, number] of target.entries()) {
        const metric = (metrics[index] ??= open());
        metric.observe({ prediction: prediction[index] ?? Number.NaN, target: number }, weight);
      }
    },
    value: () => metrics.reduce((sum, metric) => sum + metric.value(), 0) / metrics.length,
  };
}

function ofAll(open: () => Metric<"number">): Metric<"reconstruct" | "masked_values"> {
  const metric = open();
  return {
    observe: ({ prediction, target }, weight) => {
      for (const [index, number] of target.entries())
        metric.observe({ prediction: prediction[index] ?? Number.NaN, target: number }, weight);
    },
    value: () => metric.value(),
  };
}
