import { fromBase, likeBase } from "./base.ts";
import { type Outcomes, experiment } from "./experiment.ts";
import { type Changes, stageTrainer } from "./stages.ts";
import { meanAndDeviation, ofSeeds, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const specification = "adapters.mtl";

/** The tasks whose adapters are in the library. */
const library = [
  { task: "rare", metric: "accuracy" },
  { task: "relation", metric: "accuracy" },
] as const;

const ofLibrary = library.map(({ task }) => task).join(", ");
const sources: Changes = [
  ["all_tasks(adapter, tasks: [rare, similarity, relation])", `all_tasks(adapter, tasks: [${ofLibrary}])`],
];
const penalty = '  loss: 0.01 * identity_penalty(weights("**.adapter_attention.value.kernel"))\n';
const faster = ["optimizer: adamw(rate: 2e-3)", "optimizer: adamw(rate: 5e-3)"] as const;
const own = 'with: { adapters: "fused" }';
const trained = '["**.adapter_attention.**", "task.noun.**"]';

/** The ways to learn the task with few labels, as changes of the stage `compose`. */
const ways: Readonly<Record<string, Changes>> = {
  "head only": [[`${own}\n`, ""], [penalty, ""], [trained, '["task.noun.**"]'], faster],
  "an adapter of its own": [
    [own, 'with: { adapters: "own" }'],
    [penalty, ""],
    [trained, '["**.adapter.**", "task.noun.**"]'],
    faster,
  ],
  "fusion of the library": [],
};

/** Adapters that were trained apart over the pretrained encoder, kept as files, and fused for a task with few labels. */
export const adapterLibrary = experiment({
  summary:
    "two adapters trained apart over the pretrained encoder, kept as files, and fused for a task with few labels",
  seeds: 2,
  settings: { steps: 300, labels: 604 },
  trainSeed: async ({ seed, settings: { steps, labels }, train, take }) => {
    const trainStage = await stageTrainer({ specification, seed, train });
    const options = { set: { labels: `${labels}` } };
    const outcomes = new Map<string, Outcome>();
    const files: string[] = [];
    for (const { task } of library) {
      const outcome = await trainStage(task, "extract", {
        options,
        changes: [
          ...likeBase,
          ...sources,
          ...fromBase("extract"),
          ["  tasks: [rare, similarity, relation]\n  sampler: round_robin\n", `  tasks: [${task}]\n`],
          ["steps: 1200", `steps: ${steps}`],
        ],
      });
      outcomes.set(task, outcome);
      files.push(await take(outcome, "**.adapter.**"));
    }
    const models = ["base/model.safetensors", ...files].map((file) => `from("${file}")`).join(", ");
    for (const [way, changes] of Object.entries(ways)) {
      const start = way.startsWith("fusion")
        ? ([["stage compose {", `stage compose {\n  init: merge([${models}])`]] as const)
        : fromBase("compose");
      outcomes.set(
        way,
        await trainStage(`noun ${way}`, "compose", {
          options,
          changes: [...likeBase, ...sources, ...start, ...changes],
        }),
      );
    }
    return outcomes;
  },
  page: ({ outcomes, seeds, settings: { steps, labels } }) =>
    Promise.resolve(
      [
        table(
          [`noun, ${labels} labels`, "accuracy"],
          [
            ["*baseline: the most frequent class*", "16.3"],
            ...Object.keys(ways).map((way) => [way, scores(outcomes, way, { task: "noun", metric: "accuracy" })]),
          ],
        ),
        `Test scores in %, ${ofSeeds(seeds)}. The adapters of the library were trained for ${steps} steps each, and reach ${library
          .map((each) => `${scores(outcomes, each.task, each)} on ${each.task}`)
          .join(" and ")}.`,
      ].join("\n\n"),
    ),
});

function scores(
  outcomes: Outcomes,
  name: string,
  { task, metric }: { readonly task: string; readonly metric: string },
): string {
  const values = (outcomes.get(name) ?? []).map(
    ({ results }) =>
      100 *
      (results.find((result) => result.task === task && result.split === "test" && result.name === metric)?.value ??
        Number.NaN),
  );
  return meanAndDeviation(values);
}
