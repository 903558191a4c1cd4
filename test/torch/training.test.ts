import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { load } from "../../runtime/index.ts";
import { readRun } from "../../runtime/report/run-record.ts";
import { type ToyExport, exportToy, newRoot, readLog, trainToy } from "./toy-project.ts";

/**
 * `train.py` is compared with trainings of the same specification by mtl. `PYTHON=` names an interpreter that has torch
 * and safetensors; without one only the exported files are checked.
 */
const python = process.env["PYTHON"] ?? "python3";
const lacking = spawnSync(python, ["-c", "import torch, safetensors"], { encoding: "utf8" });
const isThere = lacking.status === 0;
const skipped = isThere ? "" : ` (skipped: ${python} lacks torch or safetensors; PYTHON= names one)`;

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
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderOf = (name: string): string => exported.get(name)?.folder ?? expect.fail(`${name} was not exported`);

interface Job {
  readonly name: string;
  readonly output: string;
  readonly world?: number;
  readonly flags?: readonly string[];
  /** The update in which the last process is killed. */
  readonly killed?: number;
}

/** Runs `train.py` for each job; torch is imported once for all of them. */
function runEach(jobs: readonly Job[]): { readonly status: number | null; readonly text: string } {
  const file = join(root, "jobs.json");
  const whole = jobs.map(({ name, output, world = 1, flags = [], killed = null }) => ({
    folder: folderOf(name),
    output: join(root, output),
    world,
    flags: ["--keyed", ...flags],
    killed,
  }));
  writeFileSync(file, JSON.stringify(whole));
  const ended = spawnSync(python, ["-W", "ignore", join(import.meta.dirname, "run-each.py"), file], {
    encoding: "utf8",
    timeout: 400_000,
    env: { ...process.env, OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" },
  });
  return { status: ended.status, text: `${ended.stdout}${ended.stderr}` };
}

/** The largest difference of a logged value from that of mtl, relative where the value is above 1, and how many values both have. */
function compareLogs(
  run: string,
  output: string,
): { readonly difference: number; readonly missing: readonly string[] } {
  const keyOf = ({ step, task, split, name }: ReturnType<typeof readLog>[number]) =>
    [step, task, split, name].join(" ");
  const found = new Map(readLog(join(root, output)).map((event) => [keyOf(event), event.value]));
  // The last evaluation and what describes the use of the data are mtl's own.
  const wanted = readLog(run).filter(({ epoch, name }) => epoch !== null && name !== "data_used" && name !== "score");
  let difference = 0;
  const missing: string[] = [];
  for (const event of wanted) {
    const value = found.get(keyOf(event));
    if (value === undefined) missing.push(keyOf(event));
    else
      difference = Math.max(
        difference,
        Math.abs((value ?? 0) - (event.value ?? 0)) / Math.max(1, Math.abs(event.value ?? 0)),
      );
  }
  return { difference, missing };
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
    const { notes } = await exportToy(
      root,
      "limited",
      "step: joint  balance: gradnorm()  average: exponential()  early_stop: early_stop(patience: 3)",
    );
    expect(notes.map((note) => /because of (.*?): [A-Z]/.exec(note)?.[1] ?? note)).toEqual([
      "balance: gradnorm",
      "average",
      "early_stop",
    ]);
  });
});

describe.skipIf(!isThere)(`train.py${skipped}`, () => {
  test(
    "logs what mtl logs for every sampler, optimizer and step, in one process, by DDP and by FSDP2",
    { timeout: 900_000 },
    async () => {
      const runs = new Map<string, string>();
      for (const name of names) runs.set(name, await trainToy(root, name));
      const divided: readonly Stage[] = ["shuffled", "joint", "mixed", "stop_and_go"];
      const jobs = [
        ...names.map((name) => ({ name, output: `one-${name}` })),
        ...divided.map((name) => ({ name, output: `ddp-${name}`, world: 2 })),
        ...divided.map((name) => ({ name, output: `fsdp-${name}`, world: 2, flags: ["--fsdp"] })),
        { name: "joint", output: "micro-joint", world: 2, flags: ["--micro", "2"] },
      ];
      const { status, text } = runEach(jobs);
      expect(status, text).toBe(0);
      const compared = jobs.map(({ name, output }) => ({ output, ...compareLogs(runs.get(name) ?? "", output) }));
      expect(compared.filter(({ difference, missing }) => !(difference < 1e-5) || missing.length > 0)).toEqual([]);
      const model = await load(join(root, "one-shuffled"), { threads: 1 });
      expect(await model.predict({ x: [1, 0, -1, 2] }, { task: "kind" })).toMatchObject({ kind: "category" });
      await model.dispose();
      expect(await readRun(join(root, "one-shuffled"))).toMatchObject({ state: "finished" });
    },
  );

  test("ends with the same bytes after a process was killed", { timeout: 300_000 }, () => {
    const flags = ["--save-every", "3"];
    const whole = runEach([
      { name: "shuffled", output: "whole", world: 2, flags },
      { name: "shuffled", output: "whole-fsdp", world: 2, flags: [...flags, "--fsdp"] },
    ]);
    expect(whole.status, whole.text).toBe(0);
    const killed = runEach([
      { name: "shuffled", output: "killed", world: 2, flags, killed: 13 },
      { name: "shuffled", output: "killed-fsdp", world: 2, flags: [...flags, "--fsdp"], killed: 7 },
    ]);
    expect(killed.status).not.toBe(0);
    expect(existsSync(join(root, "killed/model.safetensors"))).toBe(false);
    const again = runEach([
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
    exported.set("limited", await exportToy(root, "refused", "step: joint  balance: gradnorm()"));
    const refused = runEach([{ name: "limited", output: "refused" }]);
    expect(refused.text).toContain("balance: gradnorm is not supported.");
    expect(existsSync(join(root, "refused"))).toBe(false);
    const ignored = runEach([
      { name: "limited", output: "ignored", flags: ["--ignore", "balance: gradnorm", "--steps", "2"] },
    ]);
    expect(ignored.status, ignored.text).toBe(0);
  });
});
