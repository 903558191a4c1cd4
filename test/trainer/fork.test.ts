import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { type Tensors, readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import {
  type TrainingResult,
  compileFile,
  compileToFolder,
  evaluate,
  inspectStream,
  load,
  resume,
  train,
  trainSeeds,
} from "../../runtime/index.ts";
import { readTrained } from "../../runtime/model/read-trained.ts";
import type { MeasuredValue } from "../../runtime/evaluation/evaluate-split.ts";
import { mtl } from "../cli/run.ts";
import { graphOf } from "../compiled/by-manifest.ts";
import { openOnnx, readManifest, readTensors as readPlain } from "../compiled/plain.ts";
import { specification, writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const threads = 1;
const tasks = ["hue", "traits", "strength"] as const;
const example = { words: "green 7", light: [0.12, 0.85, 0.15] };

let root: string;
let runs: string;
let forked: TrainingResult;
/** A run for each task that trains it alone. */
const alone = new Map<string, TrainingResult>();

const joint = specification("checkpoint: checkpoint(every: 4)").replace("epochs: 3", "steps: 12");
const each = (options: string): string => `
stage each {
  for_each: task
  optimizer: adamw(rate: 5e-3)
  batch: 16
  steps: 9
  checkpoint: checkpoint(every: 3, keep: 1)
  ${options}
}
`;
const fork = "fork: true\n  init: best(fit)";

/** Writes a specification beside the data. */
function written(name: string, text: string): string {
  const entry = join(root, `${name}.mtl`);
  writeFileSync(entry, text);
  return entry;
}

function begin(
  name: string,
  text: string,
  options: Partial<Parameters<typeof train>[0]> = {},
): Promise<TrainingResult> {
  return train({
    specification: written(name, text),
    runs,
    name,
    threads,
    interrupt: new AbortController().signal,
    ...options,
  });
}

const withoutStage = joint.replace(/stage fit \{[^]*$/, "");
const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), "utf8"));
const valuesOf = (results: readonly MeasuredValue[], task: string) => results.filter((value) => value.task === task);
const stateOf = (folder: string) =>
  json(folder, "checkpoints", readFileSync(join(folder, "checkpoints", "last"), "utf8").trim(), "state.json");

/** The weights that a task of a run predicts with. */
async function weightsOf(folder: string, task: string): Promise<Tensors> {
  const { bundle, weights } = await readTrained(folder);
  const table = await weights(task);
  const names = bundle.compiled.program.plan("each", { forTask: task }).weights.map(({ name }) => name);
  return new Map([...table].filter(([name]) => names.includes(name)));
}

beforeAll(async () => {
  root = await newFolder();
  runs = join(root, "runs");
  writeSmallModel(root);
  await begin("joint", joint);
  forked = await begin("forked", `${joint}${each(fork)}`);
  for (const task of tasks)
    alone.set(
      task,
      await begin(
        `alone_${task}`,
        `${withoutStage}${each(`tasks: [${task}]\n  init: from("joint-0001", match: all)`)}`,
      ),
    );
});

const folderOf = (task: string): string => alone.get(task)?.folder ?? "";

describe("a stage that forks", () => {
  test.each(tasks)("trains %s as a run of its own does that starts from the joint model", async (task) => {
    const weights = await weightsOf(forked.folder, task);
    expect(weights.size).toBeGreaterThan(2);
    expect(weights).toEqual(await weightsOf(folderOf(task), task));
    expect(valuesOf(forked.results, task)).toEqual(alone.get(task)?.results);
  });

  test("gives each task a version of what they share, and leaves the joint model as it was", async () => {
    const kernel = "seen.linear.kernel";
    const before = (await readTensors(join(runs, "joint-0001", "model", "model.safetensors"))).get(kernel)?.data;
    const kernels = [
      before,
      ...(await Promise.all(tasks.map(async (task) => (await weightsOf(forked.folder, task)).get(kernel)?.data))),
    ];
    for (const [index, data] of kernels.entries())
      for (const other of kernels.slice(index + 1)) expect(data).not.toEqual(other);
  });

  test("has the same results in any order of its tasks", async () => {
    const other = await begin("reordered", `${joint}${each(`tasks: [strength, hue, traits]\n  ${fork}`)}`);
    expect(stateOf(other.folder).phases.map(({ name }: { name: string }) => name)).toEqual([
      "fit",
      "each.strength",
      "each.hue",
      "each.traits",
    ]);
    for (const task of tasks) expect(await weightsOf(other.folder, task)).toEqual(await weightsOf(forked.folder, task));
  });

  test("keeps what each task alone has, and what nothing trains, once", async () => {
    const { folder } = await begin("frozen", `${joint}${each(`${fork}\n  freeze: seen`)}`);
    const names = async (...file: readonly string[]) =>
      [...(await readTensors(join(folder, "model", ...file))).keys()].toSorted();
    expect(await names("model.safetensors")).toEqual(
      ["seen.linear", "task.hue.head.linear", "task.strength.head", "task.traits.head"].flatMap((path) => [
        `${path}.bias`,
        `${path}.kernel`,
      ]),
    );
    expect(await names("forks", "hue.safetensors")).toEqual(["read.embed.table"]);
    expect(await names("forks", "strength.safetensors")).toEqual([]);
  });

  test("has as many parameters as its files", async () => {
    const folder = join(forked.folder, "model");
    const files = ["model.safetensors", ...readdirSync(join(folder, "forks")).map((name) => join("forks", name))];
    const tables = await Promise.all(files.map((file) => readTensors(join(folder, file))));
    const stored = tables.flatMap((table) => [...table.values()]).reduce((sum, { data }) => sum + data.length, 0);
    const { program } = compileProgram({ entry: join(root, "forked.mtl"), host: createNodeHost() });
    const { parameters = 0, forks } = program ? costOf(program) : {};
    expect(parameters + (forks?.parameters ?? 0)).toBe(stored);
    expect((await mtl(["check", join(root, "forked.mtl"), "--cost"])).stdout).toMatch(
      /parameters in total, and [\d,]+ more in the forks of stage each, one for each of 3 tasks/,
    );
  });
});

describe("the run of a fork", () => {
  test("says in its checkpoints whose they are, and keeps the best and the last of each task and where they began", () => {
    const { phases, fork: last } = stateOf(forked.folder);
    expect(last).toBe("strength");
    expect(phases.map((phase: { fork?: string }) => phase.fork)).toEqual([undefined, ...tasks]);
    const needed = [
      phases[0].best,
      ...phases.slice(1).flatMap((phase: { best: string; last: string }) => [phase.best, phase.last]),
    ];
    const kept = readdirSync(join(forked.folder, "checkpoints")).filter((name) => name.startsWith("step-"));
    expect(new Set(kept)).toEqual(new Set(needed));
  });

  test("is evaluated task by task, each by its own weights, and by a checkpoint that is named", async () => {
    const copy = join(root, "copies", "evaluated");
    cpSync(forked.folder, copy, { recursive: true });
    const all = await evaluate(copy, "test", { threads });
    expect(all).toEqual(forked.results.filter(({ split }) => split === "test"));
    const { phases } = stateOf(copy);
    expect(json(copy, "eval", "test.json").checkpoints).toEqual(
      Object.fromEntries(phases.slice(1).map(({ fork: task, best }: { fork: string; best: string }) => [task, best])),
    );
    expect(await evaluate(copy, "test", { threads, checkpoint: phases[2].best })).toEqual(valuesOf(all, "traits"));
    const before = await evaluate(join(runs, "joint-0001"), "test", { threads });
    expect(await evaluate(copy, "test", { threads, checkpoint: phases[0].best })).toEqual(before);
  });

  test("logs the test values of a task with its own turn", () => {
    const logged = readFileSync(join(forked.folder, "metrics.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const stages = logged
      .filter(({ split }) => split === "test")
      .map(({ task, stage }): [string, string] => [task, stage]);
    expect(new Map(stages)).toEqual(new Map(tasks.map((task) => [task, `each.${task}`])));
  });

  test("predicts with the weights of the task, from its model alone and before it has one", async () => {
    const unfinished = join(root, "unfinished");
    cpSync(forked.folder, unfinished, { recursive: true });
    rmSync(join(unfinished, "model", "model.safetensors"));
    rmSync(join(unfinished, "model", "forks"), { recursive: true });
    const models = await Promise.all(
      [join(forked.folder, "model"), unfinished, ...tasks.map(folderOf)].map((path) => load(path, { threads })),
    );
    const [model, checkpoints, ...single] = models;
    for (const [index, task] of tasks.entries()) {
      const expected = await single[index]?.predict(example, { task });
      expect(expected).toBeDefined();
      expect(await model?.predict(example, { task })).toEqual(expected);
      expect(await checkpoints?.predict(example, { task })).toEqual(expected);
    }
    for (const each of models) await each.dispose();
  });

  test("is looked into with the weights of the task", async () => {
    for (const task of tasks) {
      const settings = { stream: "seen", row: 0, task, threads };
      expect((await inspectStream(forked.folder, settings)).values).toEqual(
        (await inspectStream(folderOf(task), settings)).values,
      );
    }
  });

  test("is compiled with the weights of each task", async () => {
    const folder = join(root, "compiled");
    await compileToFolder(folder, { source: forked.folder });
    const manifest = readManifest(folder);
    expect(manifest.training.fork).toBe(true);
    for (const task of tasks) {
      const own = new Map([
        ...readPlain(join(folder, manifest.initial.file)),
        ...readPlain(join(folder, manifest.initial.forks?.[task] ?? "")),
      ]);
      const wanted = await weightsOf(forked.folder, task);
      for (const { name, source } of graphOf(manifest, "step", task).inputs)
        if (source.kind === "initial") expect(own.has(name), name).toBe(true);
      for (const [name, { data }] of wanted) expect(own.get(name), name).toEqual(data);
    }
    const predicted = await openOnnx(folder, graphOf(manifest, "predict", "strength"));
    const value = (await predicted.run(new Map([["feature/light", Float32Array.from(example.light)]]))).get(
      "prediction/value",
    )?.[0];
    await predicted.close();
    const { mean, deviation } = manifest.tasks["strength"]?.scale ?? { mean: 0, deviation: 1 };
    const single = await load(folderOf("strength"), { threads });
    const expected = await single.predict(example, { task: "strength" });
    await single.dispose();
    expect(expected.kind === "number" ? expected.value : NaN).toBeCloseTo(mean + deviation * (value ?? Infinity), 5);
    await compileToFolder(folder, { source: forked.folder, stage: "fit" });
    const before = await readTensors(join(runs, "joint-0001", "model", "model.safetensors"));
    expect(readPlain(join(folder, readManifest(folder).initial.file)).get("seen.linear.kernel")).toEqual(
      before.get("seen.linear.kernel")?.data,
    );
  });

  test("is listed, shown and compared with another", async () => {
    expect((await mtl(["runs", runs])).stdout).toMatch(/forked-0001 +finished +39 /);
    expect((await mtl(["report", forked.folder])).code).toBe(0);
    expect(readFileSync(join(forked.folder, "report.html"), "utf8")).toMatch(/each task has weights of its own/);
    const { stdout } = await mtl(["diff", join(runs, "joint-0001"), forked.folder]);
    expect(stdout).toMatch(/stages\.each/);
    expect(stdout).toMatch(/parameters more in forks of stage each +— +[\d,]+/);
  });
});

describe("a run that starts from a fork", () => {
  const still = (init: string): string =>
    `${withoutStage}${each(`init: ${init}`).replace("adamw(rate: 5e-3)", "sgd(rate: 0)")}`;

  test("has the weights of the task that it names, from the run or from its model", async () => {
    for (const path of ["forked-0001", "runs/forked-0001/model"]) {
      const { folder } = await begin("continued", still(`from("${path}", fork: "traits")`));
      expect(await weightsOf(folder, "traits")).toEqual(await weightsOf(forked.folder, "traits"));
    }
  });

  test("must name a task of it, and no other run may be given one", async () => {
    await expect(begin("unsaid", still('from("forked-0001")'))).rejects.toMatchObject({
      kind: "data",
      help: expect.stringContaining('fork: "hue"'),
    });
    await expect(begin("unsaid", still('from("runs/forked-0001/model")'))).rejects.toMatchObject({
      kind: "data",
      help: expect.stringContaining('fork: "hue"'),
    });
    await expect(begin("misspelt", still('from("forked-0001", fork: "hues")'))).rejects.toMatchObject({
      help: expect.stringContaining('Did you mean "hue"?'),
    });
    await expect(begin("unforked", still('from("joint-0001", fork: "hue")'))).rejects.toMatchObject({
      message: expect.stringContaining("has not forked"),
    });
  });

  test("forks from outside, and takes it anew for each task after an interruption", async () => {
    const text = `${joint}${each('fork: true\n  init: from("forked-0001", fork: "hue", take: seen)')}`;
    const whole = await begin("outside", text);
    const controller = new AbortController();
    const observer = {
      onStep: ({ stage, step }: { readonly stage: string; readonly step: number }) =>
        stage === "each.traits" && step === 5 ? controller.abort() : undefined,
    };
    await expect(begin("cut", text, { observer, interrupt: controller.signal })).rejects.toMatchObject({
      kind: "interrupted",
    });
    const cut = join(runs, "cut-0001");

    const model = await load(cut, { threads });
    await expect(model.predict(example, { task: "strength" })).rejects.toMatchObject({
      message: expect.stringContaining("The fork of task strength has no weights yet"),
      help: expect.stringContaining("--resume"),
    });
    expect(await model.predict(example, { task: "hue" })).toMatchObject({ kind: "category" });
    await model.dispose();
    for (const checkpoint of ["last", "best"]) {
      const notes: string[] = [];
      expect(
        new Set(
          (await evaluate(cut, "validation", { threads, checkpoint, onNote: (note) => void notes.push(note) })).map(
            ({ task }) => task,
          ),
        ),
      ).toEqual(new Set(["hue", "traits"]));
      expect(notes.join()).toContain("The forks of strength have not begun");
    }

    expect((await resume(cut, { threads, interrupt: new AbortController().signal })).results).toEqual(whole.results);
    for (const task of tasks) expect(await weightsOf(cut, task)).toEqual(await weightsOf(whole.folder, task));
  });
});

test("averages are each task's own", async () => {
  const average = "average: exponential(decay: 50%)";
  const whole = await begin("averaged", `${joint}${each(`${fork}\n  ${average}`)}`);
  const single = await begin(
    "averaged_alone",
    `${withoutStage}${each(`tasks: [traits]\n  init: from("joint-0001")\n  ${average}`)}`,
  );
  expect(await weightsOf(whole.folder, "traits")).toEqual(await weightsOf(single.folder, "traits"));
});

test("seeds fork each for itself", async () => {
  const { runs: all, summary } = await trainSeeds({
    specification: join(root, "forked.mtl"),
    runs: join(root, "seeds"),
    seeds: 2,
    threads,
    interrupt: new AbortController().signal,
  });
  expect(new Set(summary.map(({ task }) => task))).toEqual(new Set(tasks));
  expect(all[0]?.results).toEqual(forked.results);
});

test("the formatter and expand keep it as it is written", async () => {
  const expanded = await mtl(["expand", join(root, "forked.mtl")]);
  expect(expanded.stdout).toMatch(/stage each \{[^}]*for_each: task\n[^}]*fork: true\n/);
  expect(compileFile(written("expanded", expanded.stdout)).program.specification.stages.at(-1)).toMatchObject({
    for_each: "task",
    fork: true,
  });
});
