import { textsOf } from "./generated-texts.ts";
import type { MetricDefinition } from "./metric.ts";
import { inCommon, ngramsOf, total } from "./ngrams.ts";

const orders = [1, 2, 3, 4, 5, 6] as const;

/** β² of the F-score: recall counts twice as much as precision. */
const recallFactor = 4;

/** chrF2 of a corpus (Popović, 2015): the F-score of n-grams of characters without white space, as sacrebleu computes it, from 0 to 1. */
export const chrf: MetricDefinition<"chrf"> = {
  better: "higher",
  best: 1,
  ofGenerated: true,
  on: {
    sequence: (_, task) => {
      const sums = orders.map(() => ({ generated: 0, right: 0, common: 0 }));
      let rows = 0;
      return {
        observe: (row, weight) => {
          rows += weight;
          const { generated, right } = textsOf(row, task);
          const [one, other] = [charactersOf(generated), charactersOf(right)];
          for (const [index, order] of orders.entries()) {
            const [ngrams, rightNgrams] = [ngramsOf(one, order), ngramsOf(other, order)];
            const sum = sums[index];
            if (!sum) continue;
            if (rightNgrams.size > 0) sum.generated += weight * total(ngrams);
            sum.right += weight * total(rightNgrams);
            sum.common += weight * inCommon(ngrams, rightNgrams);
          }
        },
        value: () => {
          if (rows === 0) return Number.NaN;
          const counted = sums.filter(({ generated, right }) => generated > 0 && right > 0);
          const precision = counted.reduce((sum, { common, generated }) => sum + common / generated, 0);
          const recall = counted.reduce((sum, { common, right }) => sum + common / right, 0);
          if (precision + recall === 0) return 0;
          return ((1 + recallFactor) * precision * recall) / (recallFactor * precision + recall) / counted.length;
        },
      };
    },
  },
};

function charactersOf(text: string): readonly string[] {
  return Array.from(text.replaceAll(/\s+/gu, ""));
}
