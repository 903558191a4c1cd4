import { join } from "node:path";
import { argv, stdout } from "node:process";
import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { openMetric } from "../../runtime/metrics/index.ts";
import { type Classifier, type Labelled, classification, majority } from "./classify-by-counts.ts";
import { readParts } from "./read-parts.ts";
import { ridgeByWords } from "./ridge-by-words.ts";
import type { SenseRow, SpamRow, ValenceRow } from "./uneven-rows.ts";
import { overlap, wordsOf } from "./words.ts";

// Prints the baselines of CA-MTL's example: node uneven-baselines.js FOLDER, where FOLDER holds the tables of `uneven.ts`. Those of genres are in `text-baselines.ts`.

/** Predicts the more frequent class of the training pairs whose share of common words, in tenths, is the same. */
function byOverlap(train: readonly SenseRow[]): (row: SenseRow) => string {
  const tenthOf = ({ first, second }: SenseRow): number => Math.round(10 * overlap(first, second));
  const tenths = Array.from({ length: 11 }, (_, tenth) =>
    majority(train.filter((row) => tenthOf(row) === tenth).map(labelledSense)),
  );
  return (row) => tenths[tenthOf(row)]?.(labelledSense(row)) ?? "";
}

const labelledSense = ({ first, second, sense }: SenseRow): Labelled => ({
  words: [...wordsOf(first).map((word) => `1 ${word}`), ...wordsOf(second).map((word) => `2 ${word}`)],
  label: sense,
});
const labelledMail = ({ subject, body, kind }: SpamRow): Labelled => ({
  words: wordsOf(`${subject} ${body}`),
  label: kind,
});
const wordsOfValence = ({ word, definition }: ValenceRow): readonly string[] => [word, ...wordsOf(definition)];

function valence(train: readonly ValenceRow[], test: readonly ValenceRow[]): void {
  stdout.write(`valence: ${train.length} rows to train on, ${test.length} to test\n`);
  const target: ResolvedTarget = { kind: "number", column: "valence", standardise: true };
  const mean = train.reduce((sum, row) => sum + row.valence, 0) / train.length;
  const byWords = ridgeByWords(
    train.map((row) => ({ words: wordsOfValence(row), value: row.valence })),
    { penalty: 5 },
  );
  const predictors = {
    "their mean": () => mean,
    "ridge regression on words": (row: ValenceRow) => byWords(wordsOfValence(row)),
  };
  for (const [baseline, predict] of Object.entries(predictors)) {
    const kinds: readonly ResolvedMetric[] =
      baseline === "their mean" ? [{ kind: "rmse" }] : [{ kind: "rmse" }, { kind: "pearson" }];
    const values = kinds.map((kind) => {
      const metric = openMetric(kind, target);
      for (const row of test) metric.observe({ prediction: predict(row), target: row.valence }, 1);
      return `${kind.kind} ${metric.value().toFixed(3)}`;
    });
    stdout.write(`  ${baseline}: ${values.join(", ")}\n`);
  }
}

const [, , folder = "examples/data/uneven"] = argv;
const senses = await readParts<SenseRow>(join(folder, "sense.jsonl"));
const tenth = byOverlap(senses.train);
const given = new Map(senses.test.map((row) => [labelledSense(row).words.join(" "), tenth(row)]));
const shared: Classifier = (row) => given.get(row.words.join(" ")) ?? "";
classification("sense", senses.train.map(labelledSense), senses.test.map(labelledSense), {
  "share of words in common": shared,
});
const mails = await readParts<SpamRow>(join(folder, "spam.jsonl"));
classification("spam", mails.train.map(labelledMail), mails.test.map(labelledMail));
const valences = await readParts<ValenceRow>(join(folder, "valence.jsonl"));
valence(valences.train, valences.test);
