import { textsOf } from "./generated-texts.ts";
import type { MetricDefinition } from "./metric.ts";

/**
 * The mean F-score of the longest common subsequence of words of a generated text and the right one (Lin, 2004, §3), as
 * Google's rouge_score computes it without stemming. Words are runs of a to z and digits, in lower case.
 */
export const rougeL: MetricDefinition<"rouge_l"> = {
  better: "higher",
  best: 1,
  ofGenerated: true,
  on: {
    sequence: (_, task) => {
      let [sum, rows] = [0, 0];
      return {
        observe: (row, weight) => {
          const { generated, right } = textsOf(row, task);
          sum += weight * similarity(wordsOf(generated), wordsOf(right));
          rows += weight;
        },
        value: () => sum / rows,
      };
    },
  },
};

function similarity(generated: readonly string[], right: readonly string[]): number {
  const common = longestCommon(generated, right);
  return common === 0 ? 0 : (2 * common) / (generated.length + right.length);
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/gu) ?? [];
}

/** The length of the longest common subsequence, by one row of the table at a time. */
function longestCommon(one: readonly string[], other: readonly string[]): number {
  let above = other.map(() => 0);
  for (const word of one) {
    const row: number[] = [];
    for (const [index, each] of other.entries())
      row.push(word === each ? (above[index - 1] ?? 0) + 1 : Math.max(above[index] ?? 0, row[index - 1] ?? 0));
    above = row;
  }
  return above.at(-1) ?? 0;
}
