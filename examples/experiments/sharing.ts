import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { experiment } from "./experiment.ts";
import { measures, strikesBaselines } from "./strikes-baselines.ts";
import { mean, meanAndDeviation, table } from "./table.ts";
import { type Outcome, type Variant, variantText } from "./variant.ts";

const alone = "each task alone, one after another";

/** The rows of the table: values of the param `architecture`, and changes of the text. */
const architectures: Readonly<Record<string, Pick<Variant, "changes"> & { readonly architecture: string }>> = {
  [alone]: { architecture: "separate", changes: [["  step: joint\n", "  for_each: task\n  fork: true\n"]] },
  "separate networks, one pass": { architecture: "separate" },
  "hard sharing": { architecture: "hard" },
  "cross-stitch": { architecture: "cross_stitch" },
  MTAN: { architecture: "mtan" },
  MMoE: { architecture: "mmoe" },
  PLE: { architecture: "ple" },
};

export const sharing = experiment({
  summary: "hard sharing, separate networks, cross-stitch, MTAN, MMoE and PLE on four labels of a bird strike",
  seeds: 3,
  settings: { epochs: 6 },
  trainSeed: async ({ seed, settings: { epochs }, train }) => {
    const outcomes = new Map<string, Outcome>();
    for (const name of Object.keys(architectures)) outcomes.set(name, await train(variantOf(name, { seed, epochs })));
    return outcomes;
  },
  page: async ({ outcomes, seeds, settings: { epochs } }) => {
    const baselines = Object.entries(await strikesBaselines()).map(([name, scores]) => [
      `*baseline: ${name}*`,
      ...measures.map((measure) => (Number.isNaN(scores[measure]) ? "–" : scores[measure].toFixed(1))),
      "",
      "",
    ]);
    const ofAlone = outcomes.get(alone) ?? [];
    const rows = [...outcomes].map(async ([name, ofSeeds]) => [
      name,
      ...measures.map((measure) => meanAndDeviation(ofSeeds.map((outcome) => scoreOf(outcome, measure)))),
      name === alone ? "" : meanAndDeviation(ofSeeds.map((outcome, seed) => changeFrom(ofAlone[seed], outcome))),
      (await parametersOf(variantOf(name, { seed: 1, epochs }))).toLocaleString("en"),
    ]);
    return [
      `Test scores of the best checkpoint on validation, in %, with the ROC AUC of damage and Pearson's correlation of speed; mean ± standard deviation of ${seeds} seeds, ${epochs} epochs. The change is the mean over tasks of the relative change from each task alone, in %, with the same seed.`,
      table(
        ["architecture", ...measures.map(titleOf), "change", "parameters"],
        [...baselines, ...(await Promise.all(rows))],
      ),
    ].join("\n\n");
  },
});

function variantOf(name: string, { seed, epochs }: { readonly seed: number; readonly epochs: number }): Variant {
  const { architecture = "", changes = [] } = architectures[name] ?? {};
  return {
    name: name.replaceAll(/\W+/gu, "-"),
    specification: "strikes.mtl",
    seed,
    changes: [...changes, ["epochs: 6", `epochs: ${epochs}`]],
    options: { set: { architecture } },
  };
}

const titleOf = (measure: string): string => measure.replace(" ", ", ").replace("roc_auc", "ROC AUC");

function scoreOf({ results }: Outcome, measure: string): number {
  const found = results.find(({ task, split, name }) => split === "test" && `${task} ${name}` === measure);
  return 100 * (found?.value ?? Number.NaN);
}

/** The mean over tasks of the relative change of the score, in % (Maninis et al., 2019, Attentive single-tasking of multiple tasks, eq. 4). */
function changeFrom(before: Outcome | undefined, after: Outcome): number {
  if (!before) return Number.NaN;
  return 100 * mean(measures.map((measure) => scoreOf(after, measure) / scoreOf(before, measure) - 1));
}

async function parametersOf(variant: Variant): Promise<number> {
  const { program } = compileProgram({
    entry: "variant.mtl",
    host: createMemoryHost({ "variant.mtl": await variantText(variant) }),
    set: variant.options?.set ?? {},
  });
  return program ? costOf(program).parameters : Number.NaN;
}
