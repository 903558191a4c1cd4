import { ClassCounts } from "./class-counts.ts";
import type { Metric, MetricDefinition } from "./metric.ts";
import { argmax } from "./rank.ts";

export const matthews: MetricDefinition<"matthews"> = {
  better: "higher",
  best: 1,
  on: { category: (_, { classes }) => measure(classes) },
};

/**
 * The statistic R_K of Gorodkin (2004, eq. 8), for two classes Matthews' coefficient; 0 where one side is constant, as
 * scikit-learn.
 */
function measure(classes: number): Metric<"category"> {
  const counts = new ClassCounts(classes);
  let weightOfAll = 0;
  return {
    observe: ({ scores, target }, weight) => {
      counts.rows++;
      weightOfAll += weight;
      const given = argmax(scores);
      for (const of of new Set([target, given]))
        counts.add(of, { isActual: of === target, isPredicted: of === given }, weight);
    },
    value: () => {
      if (counts.rows === 0) return Number.NaN;
      const { actual, predicted, hits } = counts;
      const right = hits.reduce((sum, each) => sum + each, 0);
      const spread = (weightOfAll ** 2 - dot(actual, actual)) * (weightOfAll ** 2 - dot(predicted, predicted));
      return spread === 0 ? 0 : (right * weightOfAll - dot(actual, predicted)) / Math.sqrt(spread);
    },
  };
}

function dot(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}
