import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { packageRoot } from "../../compiler/host.ts";
import { taskShares } from "./task-shares.ts";
import { type Outcome, trainVariant } from "./variant.ts";
import { mean, table, writeTable } from "./table.ts";

// CA-MTL with four ways of choosing the rows of a step: node ca-mtl-samplers.js READ JOINT SEEDS, the steps of the two stages and how many seeds. Writes the
// table of the README. What the plain encoder has read is the same for all samplers of a seed.

const [readSteps = 600, jointSteps = 400, seedCount = 3] = argv.slice(2).map(Number);
const folder = join(packageRoot(), "runs", "experiments", "ca-mtl");
const sampler = "uncertainty(candidates: 32, score: code, proxy: { valence: spam })";
const samplers = { uniform: "uniform", proportional: "proportional", "uncertainty, the paper's score": sampler.replace("code", "paper"), "uncertainty, the code's score": sampler };
const tasks = ["sense", "genre", "spam", "valence"] as const;

const source = await readFile(join(packageRoot(), "examples", "ca_mtl.mtl"), "utf8");
/** A stage with its comment. */
const stageOf = (name: string): string => new RegExp(`\\n///[^\\n]*\\nstage ${name} \\{[^]*?\\n\\}\\n`, "u").exec(source)?.[0] ?? "";

async function outcomesOf(seed: number): Promise<readonly (readonly [name: string, outcome: Outcome])[]> {
  const read = await trainVariant({ name: `read-${seed}`, example: "ca_mtl.mtl", seed, changes: [[stageOf("joint"), ""], ["steps: 600", `steps: ${readSteps}`]] }, folder);
  const outcomes: (readonly [string, Outcome])[] = [];
  for (const [name, chosen] of Object.entries(samplers)) {
    const changes = [[stageOf("read"), ""], ["stage joint {", `stage joint {\n  init: from(path: "${read.folder}", checkpoint: last)`], [`sampler: ${sampler}`, `sampler: ${chosen}`], ["steps: 400", `steps: ${jointSteps}`]] as const;
    const outcome = await trainVariant({ name: `joint-${name.replaceAll(/\W+/gu, "-")}-${seed}`, example: "ca_mtl.mtl", seed, changes }, folder);
    stdout.write(`seed ${seed}, ${name}: ${outcome.results.filter(({ split }) => split === "test").map(({ task, name: metric, value }) => `${task} ${metric} ${value.toFixed(3)}`).join(", ")}\n`);
    outcomes.push([name, outcome]);
  }
  return outcomes;
}

const scoreOf = (values: Outcome["results"], task: string): number => values.find((value) => value.task === task && value.split !== "train" && value.name === (task === "valence" ? "pearson" : "accuracy"))?.value ?? Number.NaN;
const scoresOf = (values: Outcome["results"]): number => mean(tasks.map((task) => scoreOf(values, task)));
const percent = (share: number): string => (100 * share).toFixed(1);

const all: (readonly [string, Outcome])[] = [];
for (let seed = 1; seed <= seedCount; seed++) all.push(...(await outcomesOf(seed)));
const quarters = [0, 1, 2, 3];
const rows = await Promise.all(
  Object.keys(samplers).map(async (name) => {
    const outcomes = all.flatMap(([of, outcome]) => (of === name ? [outcome] : []));
    const test = outcomes.map(({ results }) => results.filter(({ split }) => split === "test"));
    const shares = await Promise.all(outcomes.map(({ folder: run }) => taskShares(run, tasks)));
    return [
      name,
      ...quarters.map((quarter) => percent(mean(outcomes.map(({ validations }) => scoresOf(validations[quarter]?.values ?? []))))),
      ...tasks.map((task) => percent(mean(test.map((values) => scoreOf(values, task))))),
      tasks.map((task) => Math.round(100 * mean(shares.map((share) => share[task] ?? 0)))).join(" : "),
    ];
  }),
);
const columns = ["sampler", ...quarters.map((quarter) => `mean score after ${Math.round(((quarter + 1) * jointSteps) / 4)} steps`), ...tasks.map((task) => `test: ${task}`), "rows trained, % of sense : genre : spam : valence"];
await writeTable("ca-mtl-samplers", `${table(columns, rows)}\n\nMean of ${seedCount} seeds; ${readSteps} steps of reading, then ${jointSteps} of all four tasks, 32 rows each. A score is the accuracy, of valence Pearson's correlation, in %.`);
