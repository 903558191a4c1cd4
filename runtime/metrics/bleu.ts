import { textsOf } from "./generated-texts.ts";
import type { MetricDefinition } from "./metric.ts";
import { inCommon, ngramsOf, total } from "./ngrams.ts";

const orders = [1, 2, 3, 4] as const;

/** The words of a text as the tokenizer 13a of sacrebleu divides it. */
export function bleuWords(text: string): readonly string[] {
  const plain = text
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return ` ${plain} `
    .replaceAll(/([{-~[-` -&(-+:-@/])/gu, " $1 ")
    .replaceAll(/([^0-9])([.,])/gu, "$1 $2 ")
    .replaceAll(/([.,])([^0-9])/gu, " $1 $2")
    .replaceAll(/([0-9])(-)/gu, "$1 $2 ")
    .split(/\s+/u)
    .filter((word) => word !== "");
}

/** BLEU of a corpus (Papineni et al., 2002) with exponential smoothing, as sacrebleu computes it, from 0 to 1. */
export const bleu: MetricDefinition<"bleu"> = {
  better: "higher",
  best: 1,
  ofGenerated: true,
  on: {
    sequence: (_, task) => {
      const [correct, all] = [orders.map(() => 0), orders.map(() => 0)];
      let [generatedLength, rightLength] = [0, 0];
      return {
        observe: (row, weight) => {
          const { generated, right } = textsOf(row, task);
          const [one, other] = [bleuWords(generated), bleuWords(right)];
          generatedLength += weight * one.length;
          rightLength += weight * other.length;
          for (const [index, order] of orders.entries()) {
            const ngrams = ngramsOf(one, order);
            correct[index] = (correct[index] ?? 0) + weight * inCommon(ngrams, ngramsOf(other, order));
            all[index] = (all[index] ?? 0) + weight * total(ngrams);
          }
        },
        value: () => {
          if (rightLength === 0) return Number.NaN;
          const precisions = smoothed(correct, all);
          if (precisions.includes(0) || correct.every((count) => count === 0)) return 0;
          const mean = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / orders.length;
          return Math.exp(Math.min(0, 1 - rightLength / generatedLength) + mean);
        },
      };
    },
  },
};

/** The precision of each order; the first without a match is ½ of a match, the next ¼, and so on. */
function smoothed(correct: readonly number[], all: readonly number[]): readonly number[] {
  let share = 1;
  return correct.map((count, index) => {
    const of = all[index] ?? 0;
    if (of === 0) return 0;
    if (count === 0) share /= 2;
    return (count === 0 ? share : count) / of;
  });
}
