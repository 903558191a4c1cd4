import { Confusion } from "./confusion.ts";
import type { Metric, MetricDefinition, MetricOptions } from "./metric.ts";

export const f1: MetricDefinition<"f1"> = { better: "higher", on: { category: ofCategory, labels: ofLabels } };

/** What F1 needs of one class: 2·hits ∕ (predicted + actual), and 0 for 0 ∕ 0. */
interface ClassCounts {
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
}

/** As scikit-learn, classes that are neither present nor predicted do not enter the macro mean of single labels. */
function ofCategory({ average }: MetricOptions<"f1">, classes: number): Metric<"category"> {
  const confusion = new Confusion(classes);
  return {
    observe: (row) => confusion.add(row),
    value: () => {
      if (confusion.rows === 0) return Number.NaN;
      const predicted = confusion.predicted();
      const counts = [...confusion.actual()].map((actual, of) => ({ hits: confusion.hits(of), predicted: predicted[of] ?? 0, actual }));
      return averaged(average, counts.filter((each) => each.predicted + each.actual > 0));
    },
  };
}

/** A label is predicted where its probability exceeds one half, which is a score above 0. */
function ofLabels({ average }: MetricOptions<"f1">, classes: number): Metric<"labels"> {
  const counts = Array.from({ length: classes }, () => ({ hits: 0, predicted: 0, actual: 0 }));
  let rows = 0;
  return {
    observe: ({ scores, target }) => {
      rows++;
      for (const [of, each] of counts.entries()) {
        const given = (scores[of] ?? 0) > 0;
        const present = (target[of] ?? 0) > 0.5;
        if (given) each.predicted++;
        if (present) each.actual++;
        if (given && present) each.hits++;
      }
    },
    value: () => (rows === 0 ? Number.NaN : averaged(average, counts)),
  };
}

function averaged(average: "macro" | "micro", counts: readonly ClassCounts[]): number {
  const sum = (quantity: (each: ClassCounts) => number) => counts.reduce((total, each) => total + quantity(each), 0);
  return average === "macro"
    ? sum(score) / counts.length
    : score({ hits: sum((each) => each.hits), predicted: sum((each) => each.predicted), actual: sum((each) => each.actual) });
}

function score({ hits, predicted, actual }: ClassCounts): number {
  return predicted + actual === 0 ? 0 : (2 * hits) / (predicted + actual);
}
