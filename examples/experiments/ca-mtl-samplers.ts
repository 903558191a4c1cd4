import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Task, allTasks, camtlPage } from "./ca-mtl-page.ts";
import { type Experiment, experiment } from "./experiment.ts";
import type { Outcome } from "./variant.ts";

const uncertainty = "uncertainty(candidates: 32, score: code, proxy: { valence: spam })";
const samplers = {
  uniform: "uniform",
  proportional: "proportional",
  "uncertainty, the paper's score": uncertainty.replace("code", "paper"),
  "uncertainty, the code's score": uncertainty,
};

/** All samplers and seeds start from the same pretrained encoder, as all of the paper's do from BERT. */
function samplersOf(tasks: readonly Task[], summary: string): Experiment {
  return experiment({
    summary,
    seeds: 3,
    settings: { readSteps: 600, jointSteps: 600 },
    trainSeed: async ({ seed, settings: { readSteps, jointSteps }, train }) => {
      const source = await readFile(join(packageRoot(), "examples", "ca_mtl.mtl"), "utf8");
      /** The text of a stage with its comment. */
      const stageOf = (name: string): string =>
        new RegExp(`\\n///[^\\n]*\\nstage ${name} \\{[^]*?\\n\\}\\n`, "u").exec(source)?.[0] ?? "";
      const specification = "ca_mtl.mtl";
      const read = await train({
        name: "read",
        specification,
        seed: 1,
        changes: [
          [stageOf("joint"), ""],
          ["steps: 600", `steps: ${readSteps}`],
          ["every: 50%", "every: 100%"],
        ],
      });
      const outcomes = new Map<string, Outcome>();
      for (const [name, chosen] of Object.entries(samplers)) {
        const changes = [
          [stageOf("read"), ""],
          ["stage joint {", `stage joint {\n  init: from(path: "${read.folder}", checkpoint: last)`],
          [`tasks: [${allTasks.join(", ")}]`, `tasks: [${tasks.join(", ")}]`],
          [`sampler: ${uncertainty}`, `sampler: ${chosen}`],
          ["steps: 600", `steps: ${jointSteps}`],
        ] as const;
        outcomes.set(name, await train({ name: name.replaceAll(/\W+/gu, "-"), specification, seed, changes }));
      }
      return outcomes;
    },
    page: (trained) => camtlPage({ tasks, ...trained }),
  });
}

export const camtlSamplers = samplersOf(
  allTasks,
  "CA-MTL's uncertainty sampling against uniform and proportional, four text tasks of very different sizes",
);
export const camtlSamplersLearnable = samplersOf(
  ["genre", "spam", "valence"],
  "The same without the task that no sampler learns, which stays uncertain",
);
