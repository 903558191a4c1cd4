import type { Metric, MetricDefinition } from "./metric.ts";

export const meanAveragePrecision: MetricDefinition<"mean_average_precision"> = {
  better: "higher",
  best: 1,
  on: { labels: (_, { classes }) => measure(classes) },
};

interface Scored {
  readonly score: number;
  readonly present: boolean;
  readonly weight: number;
}

/** Mean over classes; as scikit-learn, a class that no row has counts 0. Keeps the score of every row and class, because precision at a score needs all that are above it. */
function measure(classes: number): Metric<"labels"> {
  const columns = Array.from({ length: classes }, (): Scored[] => []);
  return {
    observe: ({ scores, target }, weight) => {
      for (const [of, column] of columns.entries()) column.push({ score: scores[of] ?? 0, present: (target[of] ?? 0) > 0.5, weight });
    },
    value: () => {
      if (columns.every((column) => column.length === 0)) return Number.NaN;
      return columns.reduce((sum, column) => sum + averagePrecision(column), 0) / classes;
    },
  };
}

/** Σ (R_n − R_{n−1}) P_n over the distinct scores, from the highest: not interpolated. */
function averagePrecision(rows: readonly Scored[]): number {
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
