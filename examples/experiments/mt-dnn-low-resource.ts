import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { chooseRows } from "../../runtime/data/rows/choose-rows.ts";
import { type Labelled, majority, naiveBayes, shareRight } from "../data/classify-by-counts.ts";
import type { DefinitionRow } from "../data/definition-rows.ts";
import { wordsOf } from "../data/words.ts";
import { type Outcomes, experiment } from "./experiment.ts";
import { begunFrom, stageTrainer } from "./stages.ts";
import { deviation, mean, meanAndDeviation, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const specification = "experiments/mt_dnn_low_resource.mtl";

/** Numbers of labels, each with the updates that adapt to them. */
const sizes = [
  { labels: 60, share: "1 %", updates: 150 },
  { labels: 200, share: "3 %", updates: 200 },
  { labels: 604, share: "10 %", updates: 300 },
  { labels: 6045, share: "all", updates: 900 },
] as const;

/** The trainings of an encoder before the task, of equally many updates. The last one has twice as many, which is how MT-DNN is trained. */
const starts = [
  "nothing",
  "masked words",
  "distant siblings",
  "distant siblings and a near one",
  "masked words, then all siblings",
] as const;
type Start = (typeof starts)[number];

const nameOf = (start: Start, labels: number): string => `${labels} labels after ${start}`;

/** Domain adaptation as in section 4.4 of MT-DNN. Each seed draws its own labels, which are the same for all starts. */
export const mtdnnLowResource = experiment({
  summary:
    "MT-DNN's gain for a task with few labels: an encoder without pretraining, after masked words, or after sibling tasks",
  seeds: 3,
  settings: { before: 1500 },
  trainSeed: async ({ seed, settings: { before }, train }) => {
    const trainStage = await stageTrainer({ specification, seed, train });
    const options = { set: { before: `${before}` } };
    const words = await trainStage("masked words", "read", { options });
    const learnt: { readonly [Name in Start]: Outcome | undefined } = {
      nothing: undefined,
      "masked words": words,
      "distant siblings": await trainStage("distant siblings", "joint", {
        options,
        changes: [["similarity, rare]", "similarity]"]],
      }),
      "distant siblings and a near one": await trainStage("distant siblings and a near one", "joint", { options }),
      "masked words, then all siblings": await trainStage("masked words, then all siblings", "joint", {
        options,
        changes: begunFrom("joint", words),
      }),
    };
    const outcomes = new Map(
      starts.flatMap((start) => (learnt[start] ? [[start as string, learnt[start]] as const] : [])),
    );
    for (const { labels, updates } of sizes) {
      for (const start of starts) {
        const from = learnt[start];
        const name = nameOf(start, labels);
        outcomes.set(
          name,
          await trainStage(name, "adapt", {
            changes: begunFrom("adapt", from),
            options: { set: { labels: `${labels}`, draw: `${seed}`, updates: `${updates}` } },
          }),
        );
      }
    }
    return outcomes;
  },
  page: async ({ outcomes, seeds, settings: { before }, plot }) => {
    const cells = (bySize: BySize): readonly string[] =>
      sizes.map(({ labels }) => meanAndDeviation(bySize.get(labels) ?? []));
    const rows = [
      ...starts.map((start) => [start, ...cells(scoresAfter(start, outcomes))]),
      ...Object.entries(await countedScores(seeds)).map(([name, bySize]) => [name, ...cells(bySize)]),
      ...starts.slice(1).map((start) => [`gain in points from ${start}`, ...cells(gainOf(start, outcomes))]),
    ];
    const points = starts.flatMap((series) =>
      [...scoresAfter(series, outcomes)].map(([labels, values]) => ({
        series,
        step: labels,
        value: mean(values),
        deviation: deviation(values),
      })),
    );
    const picture = await plot("accuracy", {
      title: "Accuracy on the test split, by the number of labels",
      label: "accuracy on test, %",
      horizontal: { title: "labels", scale: "log" },
      points,
    });
    const siblings = ["verb accuracy", "kind accuracy", "similarity pearson", "rare accuracy"].map((measure) => [
      measure,
      ...starts
        .slice(2)
        .map((start) =>
          meanAndDeviation((outcomes.get(start) ?? []).map((outcome) => testValue(outcome, measure))).replace(
            /NaN.*/u,
            "—",
          ),
        ),
    ]);
    return [
      table(["the encoder has learnt", ...sizes.map(({ labels, share }) => `${labels} labels (${share})`)], rows),
      picture,
      `Accuracy on the test split in %, mean ± standard deviation of ${seeds} seeds. Each seed draws its own labels, which are the same in all rows. The encoder is trained for ${before} updates (${2 * before} in the row with two stages), and then on the task for ${sizes.map(({ updates }) => updates).join(", ")}.`,
      "The siblings' scores on their own test splits, in %, before the task is learnt:",
      table(["sibling", ...starts.slice(2)], siblings),
    ].join("\n\n");
  },
});

type BySize = ReadonlyMap<number, readonly number[]>;

function testValue({ results }: Outcome, measure: string): number {
  return (
    100 *
    (results.find(({ task, split, name }) => split === "test" && `${task} ${name}` === measure)?.value ?? Number.NaN)
  );
}

function scoresAfter(start: Start, outcomes: Outcomes): BySize {
  return new Map(
    sizes.map(({ labels }) => [
      labels,
      (outcomes.get(nameOf(start, labels)) ?? []).map((outcome) => testValue(outcome, "noun accuracy")),
    ]),
  );
}

/** The gain over an encoder without pretraining, seed by seed. */
function gainOf(start: Start, outcomes: Outcomes): BySize {
  const nothing = scoresAfter("nothing", outcomes);
  return new Map(
    [...scoresAfter(start, outcomes)].map(([labels, values]) => [
      labels,
      values.map((value, seed) => value - (nothing.get(labels)?.[seed] ?? Number.NaN)),
    ]),
  );
}

/** Scores of baselines that count words in the same labelled rows. */
async function countedScores(seeds: number): Promise<Readonly<Record<string, BySize>>> {
  const lines = (await readFile(join(packageRoot(), "examples", "data", "definitions", "noun.jsonl"), "utf8"))
    .trim()
    .split("\n");
  const rows = lines
    .map((line) => JSON.parse(line) as DefinitionRow)
    .map((row) => ({
      values: { ...row },
      split: row.split,
      labelled: { words: wordsOf(row.definition), label: row.class },
    }));
  const test = rows.filter(({ split }) => split === "test").map(({ labelled }) => labelled);
  const trained = (labels: number, seed: number): readonly Labelled[] =>
    chooseRows(rows, { rows: { kind: "sample", size: { unit: "rows", value: labels }, draw: seed } })
      .filter(({ split }) => split === "train")
      .map(({ labelled }) => labelled);
  const bySize = (classifier: typeof naiveBayes): BySize =>
    new Map(
      sizes.map(({ labels }) => [
        labels,
        Array.from({ length: seeds }, (_, index) => 100 * shareRight(test, classifier(trained(labels, index + 1)))),
      ]),
    );
  return {
    "no encoder: naive Bayes on words": bySize(naiveBayes),
    "no encoder: the most frequent class": bySize(majority),
  };
}
