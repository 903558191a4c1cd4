import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Tensors, readModel } from "../../runtime/checkpoint/checkpoint.ts";
import {
  type TrainingResult,
  compileToFolder,
  evaluate,
  inspectStream,
  load,
  resume,
  train,
} from "../../runtime/index.ts";
import { readTrained } from "../../runtime/model/read-trained.ts";
import type { MeasuredValue } from "../../runtime/evaluation/evaluate-split.ts";
import { mtl } from "../cli/run.ts";
import { graphOf } from "../compiled/by-manifest.ts";
import { openOnnx, readManifest } from "../compiled/plain.ts";
import { specification, writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const threads = 1;
const example = { words: "green 7", light: [0.12, 0.85, 0.15] };
const interrupt = new AbortController().signal;

let root: string;
/** All three tasks together, then hue alone. */
let two: TrainingResult;

const joint = specification("checkpoint: checkpoint(every: 3)").replace("epochs: 3", "steps: 12");
const after = (options: string): string => `
stage after {
  optimizer: adamw(rate: 3e-2)
  batch: 16
  steps: 9
  checkpoint: checkpoint(every: 3, keep: 1)
  ${options}
}
`;

function begin(name: string, text: string): Promise<TrainingResult> {
  const entry = join(root, `${name}.mtl`);
  writeFileSync(entry, text);
  return train({ specification: entry, runs: join(root, "runs"), name, threads, interrupt });
}

const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), "utf8"));
const phasesOf = (folder: string) =>
  json(folder, "checkpoints", readFileSync(join(folder, "checkpoints", "last"), "utf8").trim(), "state.json").phases;
const valuesOf = (values: readonly MeasuredValue[], task: string, split = "test") =>
  values.filter((each) => each.task === task && each.split === split);
const plain = (values: readonly MeasuredValue[]) => values.map(({ own: _own, ...value }) => value);

async function predicted(path: string, task: string, stage?: string): Promise<unknown> {
  const model = await load(path, { threads, ...(stage === undefined ? {} : { stage }) });
  try {
    return await model.predict(example, { task });
  } finally {
    await model.dispose();
  }
}

const kernel = async (path: string, task: string, stage?: string): Promise<unknown> => {
  const table: Tensors = await (await readTrained(path, stage)).weights(task);
  return table.get("seen.linear.kernel")?.data;
};

beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
  two = await begin("two", `${joint}${after("tasks: [hue]")}`);
});

describe("a task that the last stage does not train", () => {
  test("is predicted by the last stage's weights, or by its own stage's, from the run; from the model alone by the last's", async () => {
    const checkpoints = join(two.folder, "checkpoints");
    const [first, last] = phasesOf(two.folder);
    const tables = await Promise.all(
      [first, last].map(async ({ best }) => (await readModel(join(checkpoints, best))).get("seen.linear.kernel")?.data),
    );
    expect(tables[0]).not.toEqual(tables[1]);
    expect(await kernel(two.folder, "strength", "fit")).toEqual(tables[0]);
    for (const path of [two.folder, join(two.folder, "model")])
      expect(await kernel(path, "strength")).toEqual(tables[1]);
    expect(await predicted(two.folder, "strength")).not.toEqual(await predicted(two.folder, "strength", "fit"));
    expect(await predicted(join(two.folder, "model"), "strength")).toEqual(
      await predicted(two.folder, "strength", "after"),
    );
    await expect(predicted(join(two.folder, "model"), "strength", "fit")).rejects.toMatchObject({
      kind: "usage",
      help: expect.stringContaining("folder of the run"),
    });
    const model = await load(two.folder, { threads });
    expect(model.tasks.map(({ name }) => name)).toEqual(["hue", "traits", "strength"]);
    // The one task of the last stage is meant where none is named.
    expect(await model.predict(example)).toEqual(await model.predict(example, { task: "hue" }));
    await model.dispose();
    await expect(predicted(two.folder, "strength", "aftr")).rejects.toMatchObject({
      kind: "usage",
      help: expect.stringContaining("after"),
    });
  });

  test("is in the results after the last stage, beside what it had after its own", async () => {
    const copy = join(root, "evaluated");
    cpSync(two.folder, copy, { recursive: true });
    const now = await evaluate(copy, "test", { threads });
    expect(now).toEqual(two.results.filter(({ split }) => split === "test"));
    const written = json(copy, "eval", "test.json");
    const before = await evaluate(copy, "test", { threads, stage: "fit" });
    expect(json(copy, "eval", "test.json")).toEqual(written);
    for (const task of ["traits", "strength"]) {
      const own = valuesOf(now, task).map((value) => value.own);
      expect(own).toEqual(valuesOf(before, task).map(({ value }) => ({ stage: "fit", value })));
      expect(own.map((each) => each?.value)).not.toEqual(valuesOf(now, task).map(({ value }) => value));
    }
    expect(valuesOf(now, "hue").every(({ own }) => own === undefined)).toBe(true);
    const [first] = phasesOf(copy);
    expect(await evaluate(copy, "test", { threads, checkpoint: first.best })).toEqual(before);
    await expect(evaluate(copy, "test", { stage: "fit", checkpoint: first.best })).rejects.toMatchObject({
      kind: "usage",
    });
  });

  test("is in eval/, in evaluation/, in the table and in the report", async () => {
    expect(
      json(two.folder, "eval", "test.json").values.find(
        ({ task, name }: MeasuredValue) => task === "strength" && name === "rmse",
      ).own,
    ).toMatchObject({ stage: "fit" });
    expect(json(two.folder, "eval", "test.json").checkpoint).toBe(phasesOf(two.folder)[1].best);
    expect(existsSync(join(two.folder, "evaluation", "traits-test.json"))).toBe(true);
    const { stdout } = await mtl(["eval", two.folder]);
    expect(stdout).toMatch(/task +metric +test +baseline +test after own stage +own stage/);
    expect(stdout).toMatch(/strength +rmse +[\d.]+ +[\d.]+ +[\d.]+ +fit/);
    expect((await mtl(["report", two.folder])).code).toBe(0);
    expect(readFileSync(join(two.folder, "report.html"), "utf8")).toMatch(/after own stage.*strength \(fit\)/s);
  });

  test("is compiled by the last stage's weights, or by its own stage's", async () => {
    const folder = join(root, "compiled");
    const value = async (stage?: string): Promise<number> => {
      await compileToFolder(folder, {
        source: two.folder,
        ...(stage === undefined ? {} : { stage }),
        tasks: ["strength"],
      });
      const opened = await openOnnx(folder, graphOf(readManifest(folder), "predict", "strength"));
      const result = (await opened.run(new Map([["feature/light", Float32Array.from(example.light)]]))).get(
        "prediction/value",
      )?.[0];
      await opened.close();
      const { mean, deviation } = readManifest(folder).tasks["strength"]?.scale ?? { mean: 0, deviation: 1 };
      return mean + deviation * (result ?? Number.NaN);
    };
    for (const stage of [undefined, "fit"])
      expect(await predicted(two.folder, "strength", stage)).toMatchObject({
        value: expect.closeTo(await value(stage), 5),
      });
    await compileToFolder(folder, { source: two.folder });
    const { graphs, tasks } = readManifest(folder);
    expect(Object.keys(tasks)).toEqual(["hue", "traits", "strength"]);
    expect(
      graphs.filter((graph) => graph.tasks.includes("strength")).map((graph) => [graph.kind, ...graph.tasks]),
    ).toEqual([
      ["predict", "strength"],
      ["predict", "traits", "strength"],
      ["evaluate", "strength"],
    ]);
    await expect(compileToFolder(folder, { source: join(root, "two.mtl"), tasks: ["strength"] })).rejects.toMatchObject(
      { help: expect.stringContaining("--stage fit") },
    );
  });

  test("is looked into by either stage's weights", async () => {
    const look = async (stage?: string) =>
      (
        await inspectStream(two.folder, {
          stream: "seen",
          row: 0,
          task: "strength",
          threads,
          ...(stage === undefined ? {} : { stage }),
        })
      ).values;
    expect(await look()).toEqual(await look("after"));
    expect(await look()).not.toEqual(await look("fit"));
  });

  test("is predicted on the command line beside the others, where it needs no other inputs", async () => {
    const inputs = ["--input", "words=green 7", "--input", "light=[0.1,0.8,0.1]"];
    const all = await mtl(["predict", two.folder, ...inputs]);
    expect(
      all.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).task),
    ).toEqual(["hue", "traits", "strength"]);
    const own = await mtl(["predict", two.folder, "--task", "strength", "--stage", "fit", ...inputs]);
    expect(own.code).toBe(0);
    expect(JSON.parse(own.stdout).value).not.toBe(
      JSON.parse((await mtl(["predict", two.folder, "--task", "strength", ...inputs])).stdout).value,
    );
  });
});

describe("the best checkpoint of a stage", () => {
  test("stays after later stages", () => {
    const kept = readdirSync(join(two.folder, "checkpoints")).filter((name) => name.startsWith("step-"));
    expect(kept).toContain(phasesOf(two.folder)[0].best);
  });

  test("goes where the stage says so: results then have no own stage, and its weights are told to be gone; so it is with runs of before", async () => {
    const { folder, results } = await begin(
      "dropped",
      `${joint.replace("every: 3", "every: 3, keep_best: false")}${after("tasks: [hue]")}`,
    );
    expect(existsSync(join(folder, "checkpoints", phasesOf(folder)[0].best))).toBe(false);
    expect(plain(two.results)).toEqual(results);
    await expect(evaluate(folder, "test", { stage: "fit" })).rejects.toMatchObject({
      kind: "data",
      help: expect.stringContaining("keep_best"),
    });
    await expect(predicted(folder, "strength", "fit")).rejects.toMatchObject({ kind: "data" });
    expect(await predicted(folder, "strength")).toEqual(await predicted(two.folder, "strength"));
  });
});

describe("a task whose training the last stage does not go on from", () => {
  test("keeps the weights of its own stage, from the run and from its model alone", async () => {
    const { folder, results } = await begin("fresh", `${joint}${after("tasks: [hue]\n  init: fresh")}`);
    const [first, last] = phasesOf(folder);
    expect(json(folder, "eval", "test.json").checkpoints).toEqual({
      hue: last.best,
      traits: first.best,
      strength: first.best,
    });
    expect(await kernel(folder, "strength")).not.toEqual(await kernel(folder, "hue"));
    const moved = join(root, "model-alone");
    cpSync(join(folder, "model"), moved, { recursive: true });
    for (const path of [folder, moved])
      expect(await predicted(path, "strength")).toEqual(await predicted(two.folder, "strength", "fit"));
    expect(plain(valuesOf(results, "strength"))).toEqual(
      valuesOf(await evaluate(folder, "test", { stage: "fit", threads }), "strength"),
    );
  });
});

describe("a fork of some tasks", () => {
  test("leaves the others where it began, and resumes to the same", async () => {
    const { folder, results } = await begin(
      "forked",
      `${joint}${after("tasks: [hue, traits]\n  for_each: task\n  fork: true\n  init: best(fit)")}`,
    );
    const [first] = phasesOf(folder);
    expect(json(folder, "eval", "test.json").checkpoints.strength).toBe(first.best);
    const moved = join(root, "forked-alone");
    cpSync(join(folder, "model"), moved, { recursive: true });
    for (const path of [folder, moved])
      expect(await predicted(path, "strength")).toEqual(await predicted(two.folder, "strength", "fit"));
    expect(await kernel(folder, "hue", "fit")).not.toEqual(await kernel(folder, "hue"));
    await compileToFolder(join(root, "forked-compiled"), { source: folder });
    expect(Object.keys(readManifest(join(root, "forked-compiled")).initial.forks ?? {})).toEqual([
      "hue",
      "traits",
      "strength",
    ]);
    rmSync(join(folder, "model", "model.safetensors"));
    expect((await resume(folder, { threads, interrupt })).results).toEqual(results);
  });
});
