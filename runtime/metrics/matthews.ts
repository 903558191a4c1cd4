import { Confusion } from "./confusion.ts";
import type { Metric, MetricDefinition } from "./metric.ts";

export const matthews: MetricDefinition<"matthews"> = { better: "higher", on: { category: (_, classes) => measure(classes) } };

/** The statistic R_K of Gorodkin (2004, eq. 8), for two classes Matthews' coefficient; 0 where one side is constant, as scikit-learn. */
function measure(classes: number): Metric<"category"> {
  const confusion = new Confusion(classes);
  return {
    observe: (row) => confusion.add(row),
    value: () => {
      const count = confusion.rows;
      if (count === 0) return Number.NaN;
      const actual = confusion.actual();
      const predicted = confusion.predicted();
      const hits = actual.reduce((sum, _, of) => sum + confusion.hits(of), 0);
      const spread = (count ** 2 - dot(actual, actual)) * (count ** 2 - dot(predicted, predicted));
      return spread === 0 ? 0 : (hits * count - dot(actual, predicted)) / Math.sqrt(spread);
    },
  };
}

function dot(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}
