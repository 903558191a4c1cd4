import { type Outcomes, experiment } from "./experiment.ts";
import { type Changes, begunFrom, stageTrainer } from "./stages.ts";
import { meanAndDeviation, table } from "./table.ts";

const specification = "adapters.mtl";

/** Tasks with the metric by which they are compared, and the best prediction that is the same for all rows. */
const extracted = [
  { task: "rare", metric: "accuracy", constant: "13.0" },
  { task: "similarity", metric: "pearson", constant: "–" },
  { task: "relation", metric: "accuracy", constant: "31.6" },
] as const;

const ofTasks = "/// Each of three tasks trains";
const plain: Changes = [['with: { adapters: "own" }\n', ""]];
const fused = 'with: { adapters: "fused" }\n';
const penalty = '  loss: 0.01 * identity_penalty(weights("**.adapter_attention.value.kernel"))\n';
const ofNoun = '["**.adapter_attention.**", "task.noun.**"]';
/** Fine-tuning of all weights has the rate of MT-DNN's example, and few new weights have a higher one. */
const rate = (was: string, is: string): Changes[number] => [
  `optimizer: adamw(rate: ${was})`,
  `optimizer: adamw(rate: ${is})`,
];

/** The ways to learn three tasks over the trained encoder, as changes of the stage `extract`. */
const ways: Readonly<Record<string, Changes>> = {
  "head only": [...plain, ['["**.adapter.**", "task.**"]', '["task.**"]']],
  adapters: [],
  "low-rank updates": [
    ...plain,
    ['["**.adapter.**", "task.**"]', '["**.lora.**", "task.**"]'],
    [ofTasks, `adapt "context.encoder.**.attention.{query,value}.kernel" -> per_task(lora(rank: 8))\n\n${ofTasks}`],
  ],
  "full fine-tuning": [
    ...plain,
    ['  freeze: all except ["**.adapter.**", "task.**"]\n', "  for_each: task\n  fork: true\n"],
    ["  sampler: round_robin\n", ""],
    ["steps: 1200", "steps: 400"],
    rate("5e-3", "1e-3"),
  ],
};

/** The ways to learn the task with few labels, as changes of the stage `compose`. */
const waysOfNoun: Readonly<Record<string, Changes>> = {
  "head only": [[fused, ""], [penalty, ""], [ofNoun, '["task.noun.**"]'], rate("2e-3", "5e-3")],
  "an adapter of its own": [
    [fused, 'with: { adapters: "own" }\n'],
    [penalty, ""],
    [ofNoun, '["**.adapter.**", "task.noun.**"]'],
    rate("2e-3", "5e-3"),
  ],
  "full fine-tuning": [[fused, ""], [penalty, ""], [`  freeze: all except ${ofNoun}\n`, ""], rate("2e-3", "1e-3")],
  "fusion of the three adapters": [],
};

const nameOf = (way: string): string => `noun: ${way}`;

/** Adapters against a head alone and full fine-tuning, and their fusion for a task with few labels, as in AdapterFusion's tables 1 and 2. */
export const adapters = experiment({
  summary:
    "AdapterFusion's comparison: a head alone, adapters, full fine-tuning, and the fusion of adapters for a task with few labels",
  seeds: 3,
  settings: { base: 1200, labels: 604 },
  trainSeed: async ({ seed, settings: { base: steps, labels }, train }) => {
    const trainStage = await stageTrainer({ specification, seed, train });
    const options = { set: { labels: `${labels}` } };
    const base = await trainStage("base", "base", { options, changes: [["steps: 1200", `steps: ${steps}`]] });
    const outcomes = new Map([["base", base]]);
    for (const [way, changes] of Object.entries(ways))
      outcomes.set(
        way,
        await trainStage(way, "extract", { options, changes: [...changes, ...begunFrom("extract", base)] }),
      );
    for (const [way, changes] of Object.entries(waysOfNoun)) {
      const from = way.startsWith("fusion") ? outcomes.get("adapters") : base;
      outcomes.set(
        nameOf(way),
        await trainStage(nameOf(way), "compose", { options, changes: [...changes, ...begunFrom("compose", from)] }),
      );
    }
    return outcomes;
  },
  page: ({ outcomes, seeds, settings: { base, labels } }) => {
    const rows = Object.keys(ways).map((way) => [
      way,
      ...extracted.map(({ task, metric }) => scores(outcomes, way, task, metric)),
    ]);
    const ofNoun = Object.keys(waysOfNoun).map((way) => [way, scores(outcomes, nameOf(way), "noun", "accuracy")]);
    return Promise.resolve(
      [
        table(
          ["trained over the frozen encoder", ...extracted.map(({ task, metric }) => `${task}, ${metric}`)],
          [["*baseline: a constant prediction*", ...extracted.map(({ constant }) => constant)], ...rows],
        ),
        `The task with ${labels} labels:`,
        table(["trained over the frozen encoder", "noun, accuracy"], ofNoun),
        `Test scores in %, mean ± standard deviation of ${seeds} seeds. All trainings of a seed begin with one encoder, which was trained on verb and kind for ${base} steps.`,
      ].join("\n\n"),
    );
  },
});

function scores(outcomes: Outcomes, way: string, task: string, metric: string): string {
  const values = (outcomes.get(way) ?? []).map(
    ({ results }) =>
      100 *
      (results.find((result) => result.task === task && result.split === "test" && result.name === metric)?.value ??
        Number.NaN),
  );
  return meanAndDeviation(values);
}
