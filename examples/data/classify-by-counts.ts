import { stdout } from "node:process";
import { countsOf, logShares } from "./words.ts";

/** A row as a list of words, with its class. */
export interface Labelled {
  readonly words: readonly string[];
  readonly label: string;
}

export type Classifier = (row: Labelled) => string;

/** Predicts the class that most training rows have. */
export function majority(train: readonly Labelled[]): Classifier {
  const [most] = [...countsOf(train.map(({ label }) => label))].sort(([, left], [, right]) => right - left)[0] ?? [""];
  return () => most;
}

/** Predicts by multinomial naive Bayes over words, with add-one smoothing. */
export function naiveBayes(train: readonly Labelled[]): Classifier {
  const labels = countsOf(train.map(({ label }) => label));
  const vocabulary = new Set(train.flatMap(({ words }) => words));
  const models = [...labels].map(([label, count]) => ({
    label,
    prior: Math.log(count / train.length),
    shares: logShares(
      train.filter((row) => row.label === label).flatMap(({ words }) => words),
      vocabulary.size,
    ),
  }));
  return ({ words }) => {
    const known = words.filter((word) => vocabulary.has(word));
    const scored = models.map(({ label, prior, shares }) => ({
      label,
      score: known.reduce((sum, word) => sum + shares(word), prior),
    }));
    return scored.reduce((best, each) => (each.score > best.score ? each : best), { label: "", score: -Infinity })
      .label;
  };
}

export function shareRight(test: readonly Labelled[], classify: Classifier): number {
  return test.filter((row) => classify(row) === row.label).length / test.length;
}

/** Prints the accuracy of each classifier on the test rows. */
export function classification(
  name: string,
  train: readonly Labelled[],
  test: readonly Labelled[],
  more: { readonly [baseline: string]: Classifier } = {},
): void {
  stdout.write(`${name}: ${train.length} rows to train on, ${test.length} to test\n`);
  for (const [baseline, classify] of Object.entries({
    "most frequent class": majority(train),
    "naive Bayes on words": naiveBayes(train),
    ...more,
  })) {
    stdout.write(`  ${baseline}: accuracy ${(100 * shareRight(test, classify)).toFixed(1)} %\n`);
  }
}
