import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import type { Definition, Outcomes } from "./experiment.ts";
import type { Point } from "./plot.ts";
import { loggedOf, rowShares } from "./run-curves.ts";
import { deviation, mean, meanAndDeviation, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

export const allTasks = ["sense", "genre", "spam", "valence"] as const;
export type Task = (typeof allTasks)[number];

/** Each task's metric, and its table. */
const described = {
  sense: { score: "accuracy", rows: "uneven/sense.jsonl" },
  genre: { score: "accuracy", rows: "texts/genre.jsonl" },
  spam: { score: "accuracy", rows: "uneven/spam.jsonl" },
  valence: { score: "pearson", rows: "uneven/valence.jsonl" },
} as const;

type Trained = Parameters<Definition<{ readonly readSteps: number; readonly jointSteps: number }>["page"]>[0];

/** The section on samplers of CA-MTL's example: their scores, and the data that they used. */
export async function camtlPage({
  tasks,
  outcomes,
  seeds,
  settings: { readSteps, jointSteps },
  plot,
}: Trained & { readonly tasks: readonly Task[] }): Promise<string> {
  const curves = await dataCurves(outcomes, tasks);
  const counts = new Map(await Promise.all(tasks.map(async (task) => [task, await trainingRows(task)] as const)));
  const scores = table(
    ["sampler", ...tasks.map((task) => `${task}, ${described[task].score}`), "mean"],
    [baselines(outcomes, tasks), ...[...outcomes].map(([name, ofSeeds]) => [name, ...testScores(ofSeeds, tasks)])],
  );
  const rows = await Promise.all(
    [...outcomes].map(async ([name, ofSeeds]) => [
      name,
      ...(await sharesOf(ofSeeds, tasks)),
      ...usedAtEnd(curves, name, counts),
    ]),
  );
  const data = table(
    ["sampler", ...tasks.map((task) => `rows of ${task}`), ...tasks.map((task) => `${task} used`), "all used"],
    rows,
  );
  const scorePicture = await plot("scores", {
    title: "Mean score of the tasks on validation, by steps",
    label: "mean score on validation, %",
    points: scoreCurves(outcomes, tasks),
  });
  const dataPicture = await plot("data", {
    title: "Share of each task's training rows that was trained on, by steps",
    label: "rows trained on, %",
    points: curves,
  });
  const longest = Math.max(...[...outcomes.values()].flat().map(({ seconds }) => seconds));
  return [
    `Test scores of the best checkpoint on validation, in %; mean ± standard deviation of ${seeds === 1 ? "one seed" : `${seeds} seeds`}. All start from one encoder that was pretrained for ${readSteps} steps, and train ${tasks.join(", ")} for ${jointSteps} steps of 32 rows. The longest training took ${(longest / 60).toFixed(1)} minutes on one thread of a busy machine.`,
    scores,
    "Mean of the scores on validation, in a band of one standard deviation:",
    scorePicture,
    "The share of each task among the rows that were trained on, and the share of each task's rows that were trained on at least once, both in %:",
    data,
    dataPicture,
  ].join("\n\n");
}

const valueOf = (values: Outcome["results"], task: Task) =>
  values.find((value) => value.task === task && value.name === described[task].score);
const scoreOf = (values: Outcome["results"], task: Task): number => 100 * (valueOf(values, task)?.value ?? Number.NaN);
const meanScore = (values: Outcome["results"], tasks: readonly Task[]): number =>
  mean(tasks.map((task) => scoreOf(values, task)));
const testOf = ({ results }: Outcome): Outcome["results"] => results.filter(({ split }) => split === "test");
const overSeeds = (values: readonly number[]): Pick<Point, "value" | "deviation"> => ({
  value: mean(values),
  deviation: deviation(values),
});

/** The scores of a constant prediction. It has no correlation. */
function baselines(outcomes: Outcomes, tasks: readonly Task[]): readonly string[] {
  const [first] = [...outcomes.values()].flat();
  const baselineOf = (task: Task) => (first && valueOf(testOf(first), task)?.floor) ?? Number.NaN;
  return [
    "*baseline: a constant prediction*",
    ...tasks.map((task) => (Number.isNaN(baselineOf(task)) ? "–" : (100 * baselineOf(task)).toFixed(1))),
    "–",
  ];
}

function testScores(ofSeeds: readonly Outcome[], tasks: readonly Task[]): readonly string[] {
  const test = ofSeeds.map(testOf);
  return [
    ...tasks.map((task) => meanAndDeviation(test.map((values) => scoreOf(values, task)))),
    meanAndDeviation(test.map((values) => meanScore(values, tasks))),
  ];
}

async function sharesOf(ofSeeds: readonly Outcome[], tasks: readonly Task[]): Promise<readonly string[]> {
  const shares = await Promise.all(ofSeeds.map(({ folder }) => rowShares(folder, tasks)));
  return tasks.map((task) => (100 * mean(shares.map((share) => share[task] ?? 0))).toFixed(1));
}

function scoreCurves(outcomes: Outcomes, tasks: readonly Task[]): readonly Point[] {
  return [...outcomes].flatMap(([series, ofSeeds]) =>
    (ofSeeds[0]?.validations ?? []).map(({ step }, index) => ({
      series,
      step,
      ...overSeeds(ofSeeds.map(({ validations }) => meanScore(validations[index]?.values ?? [], tasks))),
    })),
  );
}

async function dataCurves(outcomes: Outcomes, tasks: readonly Task[]): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const [series, ofSeeds] of outcomes) {
    const logs = await Promise.all(ofSeeds.map(({ folder }) => loggedOf(folder)));
    for (const panel of tasks) {
      const used = logs.map((log) => log.filter(({ name, task }) => name === "data_used" && task === panel));
      for (const [index, { step }] of (used[0] ?? []).entries())
        points.push({
          series,
          panel,
          step,
          ...overSeeds(used.map((events) => 100 * (events[index]?.value ?? Number.NaN))),
        });
    }
  }
  return points;
}

/** The share that was used at the end of each task's rows, and of all rows together. */
function usedAtEnd(curves: readonly Point[], sampler: string, counts: ReadonlyMap<Task, number>): readonly string[] {
  const used = [...counts].map(([task, rows]) => ({
    rows,
    share: curves.findLast(({ series, panel }) => series === sampler && panel === task)?.value ?? Number.NaN,
  }));
  const total = used.reduce((sum, { rows }) => sum + rows, 0);
  return [...used.map(({ share }) => share), used.reduce((sum, { rows, share }) => sum + rows * share, 0) / total].map(
    (share) => share.toFixed(1),
  );
}

async function trainingRows(task: Task): Promise<number> {
  const lines = (await readFile(join(packageRoot(), "examples", "data", described[task].rows), "utf8")).split("\n");
  return lines.filter((line) => line !== "" && (JSON.parse(line) as { readonly split: string }).split === "train")
    .length;
}
