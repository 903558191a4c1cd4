import { type Outcomes, experiment } from "./experiment.ts";
import { type Changes, type TrainStage, begunFrom, stageTrainer } from "./stages.ts";
import { mean, meanAndDeviation, ofSeeds, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const tasks = [
  { task: "genre", metric: "accuracy", constant: "12.1" },
  { task: "relation", metric: "accuracy", constant: "31.6" },
  { task: "similarity", metric: "pearson", constant: "–" },
  { task: "kind", metric: "accuracy", constant: "25.0" },
] as const;

const methods = ["average", "task_arithmetic(scale: 0.4)", "task_arithmetic(scale: 1)", "ties", "dare"] as const;

const together = "trained together";
const longer = "trained together for two more epochs";
const apart = "fine-tuned apart, a model for each task";

/** A stage may not make no step, so that merged weights are measured after one that hardly changes them. */
const measured: Changes = [
  ["epochs: 3", "steps: 1"],
  ["adamax(rate: 3e-3", "adamax(rate: 1e-9"],
];

/** The four models that MT-DNN fine-tunes apart after joint training, merged into one again, and joint training with as many updates instead. */
export const mtdnnMerging = experiment({
  summary: "MT-DNN's four fine-tuned models merged into one, against joint training with as many updates",
  seeds: 2,
  settings: {},
  trainSeed: async ({ seed, train }) => {
    const trainStage = await stageTrainer({ specification: "mt_dnn.mtl", seed, train });
    const start = await trainStage("together", "joint", {});
    const models = await trainStage("apart", "each", {
      changes: [["init: best(joint)", `init: ${source(start)}`]],
    });
    const outcomes = new Map([
      [together, start],
      [
        longer,
        await trainStage("longer", "joint", {
          changes: [
            ...begunFrom("joint", start),
            ["epochs: 3", "epochs: 2"],
            ["adamax(rate: 3e-3", "adamax(rate: 1e-3"],
          ],
        }),
      ],
      [apart, models],
    ]);
    for (const method of methods) outcomes.set(method, await merged(trainStage, method, { start, models }));
    return outcomes;
  },
  page: ({ outcomes, seeds }) =>
    Promise.resolve(
      [
        table(
          ["weights", ...tasks.map(({ task, metric }) => `${task}, ${metric}`), "mean"],
          [
            ["*baseline: a constant prediction*", ...tasks.map(({ constant }) => constant), "–"],
            ...[...outcomes.keys()].map((name) => [rowName(name), ...scores(outcomes, name)]),
          ],
        ),
        `Test scores in %, ${ofSeeds(seeds)}.`,
      ].join("\n\n"),
    ),
});

const source = ({ folder }: Outcome): string => `from(path: "${folder}", checkpoint: last)`;
const rowName = (name: string): string => ([together, longer, apart].includes(name) ? name : `merged by \`${name}\``);

function merged(
  trainStage: TrainStage,
  method: string,
  { start, models }: { readonly start: Outcome; readonly models: Outcome },
): Promise<Outcome> {
  const forks = tasks.map(({ task }) => `from("${models.folder}", fork: "${task}")`).join(", ");
  const init = `init: merge([${forks}], method: ${method}, base: ${source(start)})`;
  return trainStage(`merged ${method}`, "joint", {
    changes: [["stage joint {", `stage joint {\n  ${init}`], ...measured],
  });
}

function scores(outcomes: Outcomes, name: string): readonly string[] {
  const byTask = tasks.map(({ task, metric }) =>
    (outcomes.get(name) ?? []).map(
      ({ results }) =>
        100 *
        (results.find((result) => result.task === task && result.split === "test" && result.name === metric)?.value ??
          Number.NaN),
    ),
  );
  const means = (byTask[0] ?? []).map((_, seed) => mean(byTask.map((values) => values[seed] ?? Number.NaN)));
  return [...byTask, means].map((values) => meanAndDeviation(values));
}
