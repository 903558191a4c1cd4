import { type Outcomes, experiment } from "./experiment.ts";
import { type Changes, begunFrom, stageTrainer } from "./stages.ts";
import { mean, meanAndDeviation, table } from "./table.ts";
import type { Train } from "./trained-once.ts";
import type { Outcome } from "./variant.ts";

const specification = "adapters.mtl";

/** Tasks with the metric by which they are compared, and the best prediction that is the same for all rows. */
const tasks = [
  { task: "rare", metric: "accuracy", constant: "13.0" },
  { task: "similarity", metric: "pearson", constant: "–" },
  { task: "relation", metric: "accuracy", constant: "31.6" },
] as const;

/** The sizes and the vocabulary of `base.mtl`. */
export const likeBase: Changes = [
  ["tokenizer: word_piece(2000)", 'tokenizer: word_piece(6000, file: "base/vocab.txt")'],
  ["layers: 2, width: 64", "layers: 2, width: 128"],
];
export const fromBase = (stage: string): Changes => [
  [`stage ${stage} {`, `stage ${stage} {\n  init: from("base/model.safetensors")`],
];
/** A specification may not freeze weights that no stage has trained, so that the random ones come from one step that hardly changes them. */
const untrained: Changes = [...likeBase, ["steps: 1200", "steps: 1"], ["adamw(rate: 2e-3", "adamw(rate: 1e-9"]];
const plain: Changes = [['with: { adapters: "own" }\n', ""]];

/** The ways to learn the three tasks, as changes of the stage `extract`. */
const ways: Readonly<Record<string, Changes>> = {
  "head only, on the base": [...fromBase("extract"), ...plain, ['["**.adapter.**", "task.**"]', '["task.**"]']],
  "adapters, on random weights": [],
  "adapters, on the base": fromBase("extract"),
  "full fine-tuning of the base": [
    ...fromBase("extract"),
    ...plain,
    ['  freeze: all except ["**.adapter.**", "task.**"]\n', "  for_each: task\n  fork: true\n"],
    ["  sampler: round_robin\n", ""],
  ],
};

/** Each way is tried with each of these rates on the first seed, and keeps the one that is best on validation. */
const rates = ["1.5e-3", "5e-3", "1.5e-2"] as const;
const tuningSeed = 1;

const nameOf = (way: string, rate: string): string => `${way} ${rate}`;

/** Adapters on the pretrained encoder, compared with a head alone, with full fine-tuning, and with adapters on weights that were never trained. */
export const base = experiment({
  summary: "what the pretrained encoder gives: adapters on it and on random weights, a head alone, full fine-tuning",
  seeds: 2,
  settings: { steps: 900 },
  trainSeed: async ({ seed, settings: { steps }, train }) => {
    const outcomes = new Map<string, Outcome>();
    const tuned = await wayTrainer({ seed: tuningSeed, steps, train });
    const own = await wayTrainer({ seed, steps, train });
    for (const way of Object.keys(ways)) {
      for (const rate of rates) outcomes.set(nameOf(way, rate), await tuned(way, rate));
      const rate = bestRate(outcomes, way);
      const chosen = await own(way, rate);
      if (seed !== tuningSeed) for (const other of rates) outcomes.delete(nameOf(way, other));
      outcomes.set(nameOf(way, rate), chosen);
    }
    return outcomes;
  },
  page: ({ outcomes, seeds, settings: { steps } }) => {
    const first = new Map([...outcomes].flatMap(([name, [outcome]]) => (outcome ? [[name, outcome] as const] : [])));
    const rows = Object.keys(ways).map((way) => [
      way,
      ...tasks.map(({ task, metric }) => scores(outcomes, nameOf(way, bestRate(first, way)), task, metric)),
      bestRate(first, way),
    ]);
    const tuning = Object.keys(ways).map((way) => [
      way,
      ...rates.map((rate) => (100 * validation(first.get(nameOf(way, rate)))).toFixed(1)),
    ]);
    return Promise.resolve(
      [
        table(
          ["trained", ...tasks.map(({ task, metric }) => `${task}, ${metric}`), "rate"],
          [["*baseline: a constant prediction*", ...tasks.map(({ constant }) => constant), ""], ...rows],
        ),
        `Test scores in %, mean ± standard deviation of ${seeds} seeds, after ${steps / tasks.length} steps of each task. The rate of each way is the best of three, by the mean score on validation with the first seed:`,
        table(["mean score on validation", ...rates], tuning),
      ].join("\n\n"),
    );
  },
});

interface WayTrainer {
  readonly seed: number;
  readonly steps: number;
  readonly train: Train;
}

/** Full fine-tuning trains a copy of the weights for each task, with as many steps of each task as the other ways. */
async function wayTrainer({
  seed,
  steps,
  train,
}: WayTrainer): Promise<(way: string, rate: string) => Promise<Outcome>> {
  const trainStage = await stageTrainer({ specification, seed, train });
  return async (way, rate) => {
    const from = way.includes("random") ? await trainStage("random", "base", { changes: untrained }) : undefined;
    return trainStage(nameOf(way, rate), "extract", {
      changes: [
        ...likeBase,
        ...(ways[way] ?? []),
        ...begunFrom("extract", from),
        ["optimizer: adamw(rate: 5e-3)", `optimizer: adamw(rate: ${rate})`],
        ["steps: 1200", `steps: ${way.startsWith("full") ? steps / tasks.length : steps}`],
      ],
    });
  };
}

function bestRate(outcomes: ReadonlyMap<string, Outcome>, way: string): string {
  const [first, ...others] = rates.map((rate) => ({ rate, score: validation(outcomes.get(nameOf(way, rate))) }));
  return others.reduce((best, each) => (each.score > (best?.score ?? 0) ? each : best), first)?.rate ?? "";
}

/** The mean of the tasks' metrics on the validation split. */
function validation(outcome: Outcome | undefined): number {
  return mean(tasks.map(({ task, metric }) => scoreOf(outcome, { task, metric, split: "validation" })));
}

interface Score {
  readonly task: string;
  readonly metric: string;
  readonly split: "validation" | "test";
}

function scoreOf(outcome: Outcome | undefined, { task, metric, split }: Score): number {
  const found = outcome?.results.find(
    (result) => result.task === task && result.split === split && result.name === metric,
  );
  return found?.value ?? Number.NaN;
}

function scores(outcomes: Outcomes, name: string, task: string, metric: string): string {
  return meanAndDeviation(
    (outcomes.get(name) ?? []).map((outcome) => 100 * scoreOf(outcome, { task, metric, split: "test" })),
  );
}
