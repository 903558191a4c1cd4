import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../compiler/host.ts";
import { type Outcomes, experiment } from "./experiment.ts";
import type { Point } from "./plot.ts";
import { loggedOf, rowShares } from "./run-curves.ts";
import { deviation, mean, meanAndDeviation, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const uncertainty = "uncertainty(candidates: 32, score: code, proxy: { valence: spam })";
const samplers = { uniform: "uniform", proportional: "proportional", "uncertainty, the paper's score": uncertainty.replace("code", "paper"), "uncertainty, the code's score": uncertainty };
const tasks = ["sense", "genre", "spam", "valence"] as const;

/** What the plain encoder has read is the same for all samplers and seeds, as BERT is for the paper's. */
export const camtlSamplers = experiment({
  summary: "CA-MTL's uncertainty sampling against uniform and proportional, four text tasks of very different sizes",
  seeds: 3,
  settings: { readSteps: 600, jointSteps: 600 },
  trainSeed: async ({ seed, settings: { readSteps, jointSteps }, train }) => {
    const source = await readFile(join(packageRoot(), "examples", "ca_mtl.mtl"), "utf8");
    /** A stage with its comment. */
    const stageOf = (name: string): string => new RegExp(`\\n///[^\\n]*\\nstage ${name} \\{[^]*?\\n\\}\\n`, "u").exec(source)?.[0] ?? "";
    const specification = "ca_mtl.mtl";
    const read = await train({ name: "read", specification, seed: 1, changes: [[stageOf("joint"), ""], ["steps: 600", `steps: ${readSteps}`], ["every: 50%", "every: 100%"]] });
    const outcomes = new Map<string, Outcome>();
    for (const [name, chosen] of Object.entries(samplers)) {
      const changes = [[stageOf("read"), ""], ["stage joint {", `stage joint {\n  init: from(path: "${read.folder}", checkpoint: last)`], [`sampler: ${uncertainty}`, `sampler: ${chosen}`], ["steps: 600", `steps: ${jointSteps}`]] as const;
      outcomes.set(name, await train({ name: name.replaceAll(/\W+/gu, "-"), specification, seed, changes }));
    }
    return outcomes;
  },
  page: async ({ outcomes, seeds, settings: { readSteps, jointSteps }, plot }) => {
    const curves = await dataCurves(outcomes);
    const counts = await trainingRows();
    const scores = table(["sampler", ...tasks.map((task) => `${task}, ${scored[task]}`), "mean"], [floors(outcomes), ...[...outcomes].map(([name, ofSeeds]) => [name, ...testScores(ofSeeds)])]);
    const rows = await Promise.all([...outcomes].map(async ([name, ofSeeds]) => [name, ...(await sharesOf(ofSeeds)), ...usedAtEnd(curves, name, counts)]));
    const data = table(["sampler", ...tasks.map((task) => `rows of ${task}`), ...tasks.map((task) => `${task} used`), "all used"], rows);
    const pictures = [
      await plot("scores", { title: "Mean score of the four tasks on validation, by steps", label: "mean score on validation, %", points: scoreCurves(outcomes) }),
      await plot("data", { title: "Share of each task's training rows that was trained on, by steps", label: "rows trained on, %", points: curves }),
    ];
    const longest = Math.max(...[...outcomes.values()].flat().map(({ seconds }) => seconds));
    return [
      `On the test parts, in %; mean ± deviation of ${seeds === 1 ? "one seed" : `${seeds} seeds`}. ${readSteps} steps of reading, one for all, then ${jointSteps} of the four tasks, 32 rows each. The longest training took ${(longest / 60).toFixed(1)} minutes on one thread.`,
      scores,
      "Mean of the four scores on validation, in %, in a band of one deviation:",
      pictures[0],
      "Of the rows that were trained on, the share of each task; and of each task's rows, the share that was trained on at least once, both in %:",
      data,
      pictures[1],
    ].join("\n\n");
  },
});

const scored = { sense: "accuracy", genre: "accuracy", spam: "accuracy", valence: "pearson" } as const;
type Task = (typeof tasks)[number];

const valueOf = (values: Outcome["results"], task: Task) => values.find((value) => value.task === task && value.name === scored[task]);
const scoreOf = (values: Outcome["results"], task: Task): number => 100 * (valueOf(values, task)?.value ?? Number.NaN);
const meanScore = (values: Outcome["results"]): number => mean(tasks.map((task) => scoreOf(values, task)));
const testOf = ({ results }: Outcome): Outcome["results"] => results.filter(({ split }) => split === "test");

/** What a prediction gets that does not look at the rows; a constant has no correlation. */
function floors(outcomes: Outcomes): readonly string[] {
  const [first] = [...outcomes.values()].flat();
  const floorOf = (task: Task) => (first && valueOf(testOf(first), task)?.floor) ?? Number.NaN;
  return ["*floor: without looking at the row*", ...tasks.map((task) => (Number.isNaN(floorOf(task)) ? "–" : (100 * floorOf(task)).toFixed(1))), "–"];
}

function testScores(ofSeeds: readonly Outcome[]): readonly string[] {
  const test = ofSeeds.map(testOf);
  return [...tasks.map((task) => meanAndDeviation(test.map((values) => scoreOf(values, task)))), meanAndDeviation(test.map(meanScore))];
}

async function sharesOf(ofSeeds: readonly Outcome[]): Promise<readonly string[]> {
  const shares = await Promise.all(ofSeeds.map(({ folder }) => rowShares(folder, tasks)));
  return tasks.map((task) => (100 * mean(shares.map((share) => share[task] ?? 0))).toFixed(1));
}

function scoreCurves(outcomes: Outcomes): readonly Point[] {
  return [...outcomes].flatMap(([series, ofSeeds]) =>
    (ofSeeds[0]?.validations ?? []).map(({ step }, index) => ({ series, step, ...overSeeds(ofSeeds.map(({ validations }) => meanScore(validations[index]?.values ?? []))) })),
  );
}

async function dataCurves(outcomes: Outcomes): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const [series, ofSeeds] of outcomes) {
    const logs = await Promise.all(ofSeeds.map(({ folder }) => loggedOf(folder)));
    for (const panel of tasks) {
      const used = logs.map((log) => log.filter(({ name, task }) => name === "data_used" && task === panel));
      for (const [index, { step }] of (used[0] ?? []).entries()) points.push({ series, panel, step, ...overSeeds(used.map((events) => 100 * (events[index]?.value ?? Number.NaN))) });
    }
  }
  return points;
}

const overSeeds = (values: readonly number[]): Pick<Point, "value" | "deviation"> => ({ value: mean(values), deviation: deviation(values) });

/** Of each task, and of all rows together. */
function usedAtEnd(curves: readonly Point[], sampler: string, counts: Readonly<Record<Task, number>>): readonly string[] {
  const used = tasks.map((task) => ({ rows: counts[task], share: curves.findLast(({ series, panel }) => series === sampler && panel === task)?.value ?? Number.NaN }));
  const total = used.reduce((sum, { rows }) => sum + rows, 0);
  return [...used.map(({ share }) => share), used.reduce((sum, { rows, share }) => sum + rows * share, 0) / total].map((share) => share.toFixed(1));
}

/** Of each task's table. */
async function trainingRows(): Promise<Readonly<Record<Task, number>>> {
  const count = async (path: string) => (await readFile(join(packageRoot(), "examples", "data", path), "utf8")).split("\n").filter((line) => line !== "" && (JSON.parse(line) as { split: string }).split === "train").length;
  return { sense: await count("uneven/sense.jsonl"), genre: await count("texts/genre.jsonl"), spam: await count("uneven/spam.jsonl"), valence: await count("uneven/valence.jsonl") };
}
