import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { evaluate, load, resume } from "../../runtime/index.ts";
import { readRun } from "../../runtime/report/run-record.ts";
import { type ToyExport, exportSource, exportToy, newRoot, readLog, specification, trainToy } from "./toy-project.ts";
import { type Job, compareLogs, isThere, runEach, skipped } from "./train-py.ts";

/** Stages whose training is compared, by name: each sampler, each optimizer, each kind of step. */
const stages = {
  shuffled: "",
  uniform: "sampler: uniform  step: joint(tasks: 2, rows: own)",
  joint: "step: joint",
  mixed: "step: mixed  sampler: proportional",
  accumulated: "accumulate: 3  untouched: decay",
  temperature: "sampler: temperature(2)  optimizer: adamax(rate: 1e-2, weight_decay: 0.1)",
  annealed: "sampler: annealed  optimizer: lamb(rate: 1e-2)",
  round_robin: "sampler: round_robin  optimizer: momentum(rate: 1e-2, nesterov: true)",
  alternating: "sampler: alternating([kind, draws([size, tags], uniform, times: 2)])  optimizer: adafactor()",
  weights: "sampler: weights({ kind: 1, size: 0, tags: 2 })  optimizer: sgd(rate: 1e-2)",
  main_plus_ratio: `sampler: main_plus_ratio(kind, 0.5)  optimizer: adam(rate: 1e-2, groups: [group("task.**", rate: 3e-2)])`,
  stop_and_go: "sampler: stop_and_go(patience: 0)",
  averaged: "average: exponential(decay: 90%)",
  averaged_steps: "average: exponential(decay: 90%, count: steps)  early_stop: early_stop(patience: 1, least: 0.5)",
  each_stops: "early_stop: early_stop(patience: 1, least: 0.05, tasks: each)",
  best_of_one:
    'step: joint  checkpoint: checkpoint(every: 2, best: "size.rmse")  early_stop: early_stop(patience: 2, tasks: all)',
  homoscedastic: "step: joint  balance: homoscedastic(rate: 0.1)",
  dwa: "step: joint  balance: dwa()  accumulate: 2",
  random: "sampler: uniform  balance: random_loss_weighting",
  famo: "step: joint  balance: famo()",
  famo_next: "step: joint  balance: famo(losses: next_batch)",
  stch: "step: joint  balance: stch(warmup: 1)",
  gradnorm: "step: joint  balance: gradnorm()",
  pcgrad: "step: mixed  sampler: uniform  balance: pcgrad()",
  mgda: "step: joint  balance: mgda()",
  cagrad: "step: joint  balance: cagrad()",
  nash: "step: joint  balance: nash_mtl(every: 2)",
  shared: "step: joint(tasks: 2)",
  aligned: "step: joint(tasks: 2)  balance: aligned_mtl()",
  upgrad: "step: joint  balance: upgrad()",
  uncertainty: "step: mixed  sampler: uncertainty(candidates: 8, proxy: { size: kind })",
} as const;
type Stage = keyof typeof stages;
const names = Object.keys(stages) as readonly Stage[];

let root: string;
const exported = new Map<string, ToyExport>();
beforeAll(async () => {
  root = newRoot();
  for (const name of isThere ? names : (["shuffled", "joint"] as const))
    exported.set(name, await exportToy(root, name, stages[name]));
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderOf = (name: string): string => exported.get(name)?.folder ?? expect.fail(`${name} was not exported`);

/** Exports two tasks on the same rows, with a balance that train.py does not have. */
function exportLimited(): Promise<ToyExport> {
  const source = specification("step: joint  balance: gradnorm(of: representation)");
  return exportSource(root, "limited", source.replaceAll(/^(task kind|dataset many) .*$/gm, ""));
}

interface ToyJob extends Omit<Job, "folder"> {
  readonly name: string;
}

/** Runs `train.py` of exported stages, by their names. */
function runToys(jobs: readonly ToyJob[]): ReturnType<typeof runEach> {
  return runEach(
    root,
    jobs.map(({ name, output, ...job }) => ({ ...job, folder: folderOf(name), output: join(root, output) })),
  );
}

/** Checks that mtl reads a run of PyTorch as one of its own: the best checkpoint, its values and its model are the same. */
async function expectSameResult(run: string, output: string): Promise<void> {
  const bestOf = (folder: string) => readFileSync(join(folder, "checkpoints/best"), "utf8");
  expect(bestOf(output), output).toBe(bestOf(run));
  const valuesOf = (folder: string) => evaluate(folder, "validation", { threads: 1 });
  const [own, found] = [await valuesOf(run), await valuesOf(output)];
  expect(found.map(({ task, name }) => [task, name])).toEqual(own.map(({ task, name }) => [task, name]));
  for (const [index, { value }] of own.entries()) expect(found[index]?.value).toBeCloseTo(value, 4);
  const model = await load(output, { threads: 1 });
  expect(await model.predict({ x: [1, 0, -1, 2] }, { task: "kind" })).toMatchObject({ kind: "category" });
  await model.dispose();
}

const checksum = (output: string): string =>
  createHash("sha256")
    .update(readFileSync(join(root, output, "model.safetensors")))
    .digest("hex");

describe("the exported files", () => {
  test("have the rows of each pass, with their weights and keys", async () => {
    const data = join(folderOf("joint"), "data");
    const manifest = JSON.parse(readFileSync(join(data, "manifest.json"), "utf8")) as {
      readonly passes: { readonly [pass: string]: { readonly [split: string]: { readonly rows: number } } };
    };
    expect(
      Object.entries(manifest.passes).map(([pass, splits]) => [
        pass,
        splits["train"]?.rows,
        splits["validation"]?.rows,
      ]),
    ).toEqual([
      ["kind", 90, 22],
      ["size+tags", 35, 13],
    ]);
    const { tensors } = await readSafetensors(join(data, "size+tags/train-00000.safetensors"));
    const rows = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape[0]]));
    expect(rows).toEqual({
      key: 35,
      "row_weight/size": 35,
      "row_weight/tags": 35,
      "size.target": 35,
      "tags.target": 35,
      x: 35,
    });
    // Each fifth row has no size.
    expect([...(tensors.get("row_weight/size")?.data ?? [])].slice(0, 6)).toEqual([0, 1, 1, 1, 1, 0]);
    const key = tensors.get("key")?.data;
    expect(key instanceof Uint8Array && Buffer.from(key).toString("utf16le", 0, 8)).toBe("few/");
  });

  test("are a run that a report can read", async () => {
    const record = await readRun(join(folderOf("shuffled"), "run"));
    expect(record.lock.engine).toBe("torch");
    expect([...record.weights.keys()]).toContain("seen.0.linear.kernel");
  });

  test("name what cannot be trained in PyTorch", async () => {
    const { notes } = await exportLimited();
    expect(notes.map((note) => /because of (.*?): [A-Z]/.exec(note)?.[1] ?? note)).toEqual(["balance: gradnorm"]);
  });
});

describe.skipIf(!isThere)(`train.py${skipped}`, () => {
  test(
    "logs what mtl logs for every sampler, optimizer and step, in one process, by DDP and by FSDP2",
    { timeout: 900_000 },
    async () => {
      const runs = new Map<string, string>();
      for (const name of names) runs.set(name, await trainToy(root, name));
      const divided: readonly Stage[] = ["shuffled", "joint", "mixed", "stop_and_go", "averaged", "famo", "mgda"];
      const jobs = [
        ...names.map((name) => ({ name, output: `one-${name}` })),
        ...divided.map((name) => ({ name, output: `ddp-${name}`, world: 2 })),
        ...divided.map((name) => ({ name, output: `fsdp-${name}`, world: 2, flags: ["--fsdp"] })),
        { name: "joint", output: "micro-joint", world: 2, flags: ["--micro", "2"] },
      ];
      const { status, text } = runToys(jobs);
      expect(status, text).toBe(0);
      const compared = jobs.map(({ name, output }) => ({
        output,
        ...compareLogs(runs.get(name) ?? "", join(root, output)),
      }));
      expect(compared.filter(({ difference, missing }) => !(difference < 1e-5) || missing.length > 0)).toEqual([]);
      expect(await readRun(join(root, "one-shuffled"))).toMatchObject({ state: "finished" });
      // The tasks leave the stage one after another, and averages are measured: the best is not the last.
      for (const name of ["each_stops", "averaged", "best_of_one"] as const)
        await expectSameResult(runs.get(name) ?? "", join(root, `one-${name}`));
      await expect(resume(join(root, "one-averaged"))).rejects.toThrow(/python|PyTorch/);
    },
  );

  test("ends with the same bytes after a process was killed", { timeout: 300_000 }, () => {
    const flags = ["--save-every", "3"];
    const whole = runToys([
      { name: "shuffled", output: "whole", world: 2, flags },
      { name: "shuffled", output: "whole-fsdp", world: 2, flags: [...flags, "--fsdp"] },
    ]);
    expect(whole.status, whole.text).toBe(0);
    const killed = runToys([
      { name: "shuffled", output: "killed", world: 2, flags, killed: 13 },
      { name: "shuffled", output: "killed-fsdp", world: 2, flags: [...flags, "--fsdp"], killed: 7 },
    ]);
    expect(killed.status).not.toBe(0);
    expect(existsSync(join(root, "killed/model.safetensors"))).toBe(false);
    const again = runToys([
      { name: "shuffled", output: "killed", world: 2, flags },
      { name: "shuffled", output: "killed-fsdp", world: 2, flags: [...flags, "--fsdp"] },
    ]);
    expect(again.status, again.text).toBe(0);
    expect([checksum("killed"), checksum("killed-fsdp")]).toEqual([checksum("whole"), checksum("whole-fsdp")]);
    const values = (output: string) =>
      readLog(join(root, output)).map(({ step, task, name, value }) => [step, task, name, value]);
    expect(values("killed")).toEqual(values("whole"));
  });

  test("refuses by name what it cannot train, before anything starts", { timeout: 300_000 }, async () => {
    exported.set("limited", await exportLimited());
    const refused = runToys([
      { name: "limited", output: "refused" },
      { name: "shuffled", output: "without-updates", flags: ["--steps", "0"] },
    ]);
    expect(refused.text).toContain("balance: gradnorm is not supported.");
    expect(refused.text).toContain("argument --steps: 0 is less than 1");
    for (const output of ["refused", "without-updates"]) expect(existsSync(join(root, output))).toBe(false);
    const ignored = runToys([
      { name: "limited", output: "ignored", flags: ["--ignore", "balance: gradnorm", "--steps", "2"] },
    ]);
    expect(ignored.status, ignored.text).toBe(0);
  });
});
