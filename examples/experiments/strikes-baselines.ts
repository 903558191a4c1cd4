import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { openMetric } from "../../runtime/metrics/index.ts";
import type { StrikeRow } from "../data/birdstrikes.ts";
import { type Labelled, majority, naiveBayes, shareRight } from "../data/classify-by-counts.ts";
import { readParts } from "../data/read-parts.ts";
import { ridgeByWords } from "../data/ridge-by-words.ts";

/** The measures of the table, in its order: task and metric. */
export const measures = ["phase accuracy", "time accuracy", "damage roc_auc", "speed pearson"] as const;

type Scores = Readonly<Record<(typeof measures)[number], number>>;
type Rows = readonly StrikeRow[];

/** Measures simple methods on the test rows of the bird strikes, in %. A constant has no correlation, which is NaN. */
export async function strikesBaselines(): Promise<Readonly<Record<string, Scores>>> {
  const { train, test } = await readParts<StrikeRow>(
    join(packageRoot(), "examples", "data", "birdstrikes", "strikes.jsonl"),
  );
  const accuracy = (classifier: typeof naiveBayes, task: "phase" | "time"): number => {
    const labelled = (row: StrikeRow): Labelled => ({ words: wordsOf(row), label: row[task] });
    return 100 * shareRight(test.map(labelled), classifier(train.map(labelled)));
  };
  return {
    "a constant prediction": {
      "phase accuracy": accuracy(majority, "phase"),
      "time accuracy": accuracy(majority, "time"),
      "damage roc_auc": 50,
      "speed pearson": Number.NaN,
    },
    "naive Bayes (phase, time) and ridge regression (damage, speed)": {
      "phase accuracy": accuracy(naiveBayes, "phase"),
      "time accuracy": accuracy(naiveBayes, "time"),
      "damage roc_auc": 100 * damageByRidge(train, test),
      "speed pearson": 100 * speedByRidge(train, test),
    },
  };
}

/** Each cell of the inputs as a word that begins with the name of its column. */
const wordsOf = ({ airport, aircraft, airline, state, month, species }: StrikeRow): readonly string[] =>
  Object.entries({ airport, aircraft, airline, state, month, species }).map(([column, cell]) => `${column} ${cell}`);

function ridge(train: Rows, valueOf: (row: StrikeRow) => number): (row: StrikeRow) => number {
  const predict = ridgeByWords(
    train.map((row) => ({ words: wordsOf(row), value: valueOf(row) })),
    { penalty: 5 },
  );
  return (row) => predict(wordsOf(row));
}

function damageByRidge(train: Rows, test: Rows): number {
  const damageOf = ({ damage }: StrikeRow): number => (damage === "some" ? 1 : 0);
  const predict = ridge(train, damageOf);
  const metric = openMetric(
    { kind: "roc_auc", average: "macro" },
    { kind: "category", column: "damage", classes: ["none", "some"] },
  );
  for (const row of test) metric.observe({ scores: Float32Array.of(0, predict(row)), target: damageOf(row) }, 1);
  return metric.value();
}

function speedByRidge(train: Rows, test: Rows): number {
  const speedOf = ({ speed = Number.NaN }: StrikeRow): number => speed;
  const labelled = (rows: Rows): Rows => rows.filter(({ speed }) => speed !== undefined);
  const predict = ridge(labelled(train), speedOf);
  const metric = openMetric({ kind: "pearson" }, { kind: "number", column: "speed", standardise: true });
  for (const row of labelled(test)) metric.observe({ prediction: predict(row), target: speedOf(row) }, 1);
  return metric.value();
}
