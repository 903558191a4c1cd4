import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareBirdstrikes } from "../../examples/data/birdstrikes.ts";
import { prepareTexts } from "../../examples/data/texts.ts";
import { prepareUneven } from "../../examples/data/uneven.ts";
import { exportWithTraining } from "../../runtime/export/torch/export-with-training.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { train } from "../../runtime/index.ts";
import { copyWithFewerRows } from "../examples/fewer-rows.ts";
import { type Job, compareLogs, isThere, runEach, skipped } from "./train-py.ts";

/** Two examples, of which each has tasks on data sets of their own or on the same rows. */
const projects = {
  "strikes.mtl": { set: { width: "8" }, tasks: ["phase", "time", "damage", "speed"], step: "joint" },
  "stop_and_go.mtl": { set: { width: "16" }, tasks: ["genre", "valence", "relation"], step: "mixed" },
} as const;

/** Every sampler that looks at nothing but its own draws, and a step of several tasks. */
function stagesOf({ tasks: [first, ...others], step }: (typeof projects)[keyof typeof projects]) {
  return {
    shuffled: "sampler: shuffled",
    uniform: "sampler: uniform",
    proportional: "sampler: proportional",
    temperature: "sampler: temperature(2)",
    annealed: "sampler: annealed",
    round_robin: "sampler: round_robin",
    weights: `sampler: weights({ ${[first, ...others].map((task, index) => `${task}: ${(index + 1) % 3}`).join(", ")} })`,
    alternating: `sampler: alternating([${first}, draws([${others.join(", ")}], uniform, times: 2)])`,
    main_plus_ratio: `sampler: main_plus_ratio(${first}, 0.5)`,
    several: `step: ${step}`,
  };
}

/** The example with 20 updates, two validations, and another sampler or step. */
function shortened(text: string, own: string): string {
  return text
    .replace(/^ {2}(step|sampler): .*$/mu, `  ${own}`)
    .replace(/^ {2}(steps|epochs): .*$/mu, "  steps: 20")
    .replace(/^ {2}checkpoint: .*\n/mu, "")
    .replace(/^ {2}batch: .*$/mu, "  batch: 8\n  checkpoint: checkpoint(every: 50%)");
}

let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "mtl-torch-examples-"));
  if (!isThere) return;
  const data = (name: string): string => join(packageRoot(), "examples/data", name);
  await Promise.all([
    prepareBirdstrikes(data("birdstrikes")),
    prepareTexts(data("texts")),
    prepareUneven(data("uneven")),
  ]);
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

for (const [example, project] of Object.entries(projects))
  test.skipIf(!isThere)(
    `${example} has the log of mtl in one process, by DDP and by FSDP2, with every sampler that looks at nothing${skipped}`,
    { timeout: 1_800_000 },
    async () => {
      const text = readFileSync(copyWithFewerRows(join(packageRoot(), "examples"), example, root), "utf8");
      const jobs: (Job & { readonly run: string })[] = [];
      for (const [name, own] of Object.entries(stagesOf(project))) {
        const source = join(root, `${name}-${example}`);
        writeFileSync(source, shortened(text, own));
        const folder = join(root, `${name}-${example}-torch`);
        await exportWithTraining(folder, { source, set: project.set });
        const { folder: run } = await train({
          specification: source,
          set: project.set,
          runs: join(root, "runs"),
          threads: 1,
          tensorboard: false,
        });
        for (const [way, settings] of Object.entries(ways))
          jobs.push({ folder, run, output: join(root, `${name}-${example}-${way}`), ...settings });
      }
      const { status, text: said } = runEach(root, jobs);
      expect(status, said).toBe(0);
      const compared = jobs.map(({ run, output }) => ({ output, ...compareLogs(run, output) }));
      const lacking = ({ missing }: { readonly missing: readonly string[] }) =>
        missing.filter((name) => !notMeasured.test(name));
      expect(compared.filter((each) => !(each.difference < 1e-5) || lacking(each).length > 0)).toEqual([]);
    },
  );

const ways = { one: {}, ddp: { world: 2 }, fsdp: { world: 2, flags: ["--fsdp"] } } as const;

/** Metrics that train.py names and does not measure. */
const notMeasured = /average_precision/u;
