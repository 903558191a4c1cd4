import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../compiler/host.ts";
import { type Outcomes, experiment } from "./experiment.ts";
import type { Point } from "./plot.ts";
import { rowShares } from "./run-curves.ts";
import { deviation, mean, meanAndDeviation, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const uncertainty = "uncertainty(candidates: 32, score: code, proxy: { valence: spam })";
const samplers = { uniform: "uniform", proportional: "proportional", "uncertainty, the paper's score": uncertainty.replace("code", "paper"), "uncertainty, the code's score": uncertainty };
const tasks = ["sense", "genre", "spam", "valence"] as const;

/** What the plain encoder has read is the same for all samplers of a seed. */
export const camtlSamplers = experiment({
  summary: "CA-MTL's uncertainty sampling against uniform and proportional, four text tasks of very different sizes",
  seeds: 3,
  settings: { readSteps: 600, jointSteps: 400 },
  trainSeed: async ({ seed, settings: { readSteps, jointSteps }, train }) => {
    const source = await readFile(join(packageRoot(), "examples", "ca_mtl.mtl"), "utf8");
    /** A stage with its comment. */
    const stageOf = (name: string): string => new RegExp(`\\n///[^\\n]*\\nstage ${name} \\{[^]*?\\n\\}\\n`, "u").exec(source)?.[0] ?? "";
    const specification = "ca_mtl.mtl";
    const read = await train({ name: "read", specification, seed, changes: [[stageOf("joint"), ""], ["steps: 600", `steps: ${readSteps}`]] });
    const outcomes = new Map<string, Outcome>();
    for (const [name, chosen] of Object.entries(samplers)) {
      const changes = [[stageOf("read"), ""], ["stage joint {", `stage joint {\n  init: from(path: "${read.folder}", checkpoint: last)`], [`sampler: ${uncertainty}`, `sampler: ${chosen}`], ["steps: 400", `steps: ${jointSteps}`]] as const;
      outcomes.set(name, await train({ name: name.replaceAll(/\W+/gu, "-"), specification, seed, changes }));
    }
    return outcomes;
  },
  page: async ({ outcomes, seeds, settings: { readSteps, jointSteps }, plot }) => {
    const columns = ["sampler", ...tasks.map((task) => `test: ${task}`), "mean of the four", "rows trained, % of sense : genre : spam : valence"];
    const rows = await Promise.all([...outcomes].map(async ([name, ofSeeds]) => [name, ...testScores(ofSeeds), await sharesOf(ofSeeds)]));
    const picture = await plot("scores", { title: "Mean score of the four tasks on validation, by steps", label: "mean score on validation, %", points: curvesOf(outcomes) });
    return `${table(columns, rows)}\n\n${picture}\n\nMean ± deviation of ${seeds} seeds; ${readSteps} steps of reading, then ${jointSteps} of all four tasks, 32 rows each. A score is the accuracy, of valence Pearson's correlation, in %.`;
  },
});

const scoreOf = (values: Outcome["results"], task: string): number => 100 * (values.find((value) => value.task === task && value.name === (task === "valence" ? "pearson" : "accuracy"))?.value ?? Number.NaN);
const meanScore = (values: Outcome["results"]): number => mean(tasks.map((task) => scoreOf(values, task)));

function testScores(ofSeeds: readonly Outcome[]): readonly string[] {
  const test = ofSeeds.map(({ results }) => results.filter(({ split }) => split === "test"));
  return [...tasks.map((task) => meanAndDeviation(test.map((values) => scoreOf(values, task)))), meanAndDeviation(test.map(meanScore))];
}

async function sharesOf(ofSeeds: readonly Outcome[]): Promise<string> {
  const shares = await Promise.all(ofSeeds.map(({ folder }) => rowShares(folder, tasks)));
  return tasks.map((task) => Math.round(100 * mean(shares.map((share) => share[task] ?? 0)))).join(" : ");
}

function curvesOf(outcomes: Outcomes): readonly Point[] {
  return [...outcomes].flatMap(([series, ofSeeds]) =>
    (ofSeeds[0]?.validations ?? []).map(({ step }, index) => {
      const values = ofSeeds.map(({ validations }) => meanScore(validations[index]?.values ?? []));
      return { series, step, value: mean(values), deviation: deviation(values) };
    }),
  );
}
