import { experiment } from "./experiment.ts";
import { mean, meanAndDeviation, ofSeeds, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const scores = { genre: "accuracy", relation: "accuracy", spam: "accuracy", valence: "pearson" } as const;
type Task = keyof typeof scores;
const tasks = Object.keys(scores) as readonly Task[];

/** The params of `hypergrid.mtl` for each row of the table. */
const variants: { readonly [name: string]: Readonly<Record<string, string>> } = {
  "no gates": { condition: "plain" },
  "of the text's first token, both factors local (L²)": { condition: "text" },
  "of the task's vector, both factors local (L²)": { condition: "task" },
  "of the task's vector, rows local (LG)": { condition: "task", column: "global" },
  "of the task's vector, columns local (GL)": { condition: "task", row: "global" },
  "weights of each task": { condition: "own", row: "global", column: "global" },
  "the same for all tasks": { condition: "task", row: "global", column: "global" },
};

/** HyperGrid's choice of factors, and of the vector that local factors are made of. */
export const hypergridGates = experiment({
  summary:
    "HyperGrid's gates, made of the text, of the task, or of nothing, against T5 without gates on four text tasks",
  seeds: 3,
  settings: { steps: 1500 },
  trainSeed: async ({ seed, settings: { steps }, train }) => {
    const outcomes = new Map<string, Outcome>();
    for (const [name, set] of Object.entries(variants))
      outcomes.set(
        name,
        await train({
          name: Object.entries(set).flat().join("-"),
          specification: "hypergrid.mtl",
          seed,
          changes: [["steps: 1500", `steps: ${steps}`]],
          options: { set },
        }),
      );
    return outcomes;
  },
  page: async ({ outcomes, seeds, settings: { steps } }) => {
    const rows = [...outcomes].map(([name, ofSeeds]) => [
      name,
      ...tasks.map((task) => meanAndDeviation(ofSeeds.map((outcome) => scoreOf(outcome, task)))),
      meanAndDeviation(ofSeeds.map((outcome) => mean(tasks.map((task) => scoreOf(outcome, task))))),
    ]);
    return [
      table(["gates", ...tasks.map((task) => `${task}, ${scores[task]}`), "mean"], [baselines(outcomes), ...rows]),
      `Test scores of the best checkpoint on validation, in %; ${ofSeeds(seeds)}, ${steps} steps of 32 rows.`,
    ].join("\n\n");
  },
});

const valueOf = ({ results }: Outcome, task: Task) =>
  results.find((value) => value.split === "test" && value.task === task && value.name === scores[task]);
const scoreOf = (outcome: Outcome, task: Task): number => 100 * (valueOf(outcome, task)?.value ?? Number.NaN);

/** The scores of a constant prediction, which has no correlation. */
function baselines(outcomes: ReadonlyMap<string, readonly Outcome[]>): readonly string[] {
  const [first] = [...outcomes.values()].flat();
  const baselineOf = (task: Task): number => (first && valueOf(first, task)?.floor) ?? Number.NaN;
  return [
    "*baseline: a constant prediction*",
    ...tasks.map((task) => (Number.isNaN(baselineOf(task)) ? "–" : (100 * baselineOf(task)).toFixed(1))),
    "–",
  ];
}
