import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type TrainingResult, SpecificationError, evaluate, load, resume, train } from "../../runtime/index.ts";
import { isHeld } from "../../runtime/run/process-lock.ts";
import { writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const threads = 1;
let root: string;
let result: TrainingResult;
beforeAll(async () => {
  root = await newFolder();
  result = await train({
    specification: writeSmallModel(root),
    runs: join(root, "runs"),
    threads,
    interrupt: new AbortController().signal,
  });
});

const example = { words: "green 7", light: [0.12, 0.85, 0.15] };
const within = (...path: readonly string[]) => join(result.folder, ...path);
const json = (...path: readonly string[]) => JSON.parse(readFileSync(within(...path), "utf8"));

describe("a run folder", () => {
  test("has all that peers' users look for", () => {
    const names = [
      "checkpoints",
      "eval",
      "evaluation",
      "log.txt",
      "metrics.jsonl",
      "model",
      "process.lock",
      "run.lock.json",
      "spec.mtl",
      "spec.resolved.json",
      "tensorboard",
    ];
    expect(readdirSync(result.folder).toSorted()).toEqual(names);
    expect(readFileSync(within("spec.mtl"), "utf8")).toBe(readFileSync(join(root, "colours.mtl"), "utf8"));
    expect(readdirSync(within("model")).toSorted()).toEqual([
      "model.json",
      "model.safetensors",
      "preprocessing.json",
      "spec.mtl",
      "spec.resolved.json",
    ]);
  });

  test("holds the results, of the test split too", () => {
    const test = result.results.filter(({ split }) => split === "test").map(({ split: _split, ...value }) => value);
    expect(test.length).toBeGreaterThan(0);
    expect(json("eval", "test.json").values).toEqual(JSON.parse(JSON.stringify(test)));
    const logged = readFileSync(within("metrics.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(
      logged.filter(({ split }) => split === "test").map(({ task, name, value }) => ({ task, name, value })),
    ).toEqual(test.map(({ task, name, value }) => ({ task, name, value })));
  });

  test("locks versions, engine, seeds and hashes", () => {
    const lock = json("run.lock.json");
    expect(lock).toMatchObject({
      engine: expect.stringMatching(/^onnx:/),
      threads,
      seeds: { fit: 1 },
      node: process.version,
    });
    expect(Object.keys(lock.data)).toEqual(["samples.jsonl"]);
    expect(Object.keys(lock.sources)).toEqual(["spec.mtl"]);
  });
});

test("training learns what the data says", () => {
  const value = (task: string, name: string) =>
    result.results.find((each) => each.split === "validation" && each.task === task && each.name === name)?.value;
  expect(value("hue", "accuracy")).toBeGreaterThan(0.9);
  expect(Object.values(result.results).every((each) => Number.isFinite(each.value))).toBe(true);
});

test("evaluating the run again gives the same", async () => {
  expect(await evaluate(result.folder, "validation", { threads })).toEqual(
    result.results.filter(({ split }) => split === "validation"),
  );
});

test("resuming a run that has ended gives its results and changes nothing", async () => {
  const before = readFileSync(within("model", "model.safetensors"));
  expect((await resume(result.folder, { threads })).results).toEqual(result.results);
  expect(readFileSync(within("model", "model.safetensors"))).toEqual(before);
});

describe("a trained model", () => {
  test("predicts names, labels and numbers, and needs nothing but its folder", async () => {
    const alone = join(await newFolder(), "model");
    cpSync(within("model"), alone, { recursive: true });
    const model = await load(alone, { threads });
    const hue = await model.predict(example, { task: "hue" });
    expect(hue).toMatchObject({ kind: "category", class: "green" });
    expect(
      hue.kind === "category" && Object.values(hue.probabilities).reduce((sum, each) => sum + each, 0),
    ).toBeCloseTo(1);
    expect(await model.predict(example, { task: "traits" })).toMatchObject({
      kind: "labels",
      probabilities: { bright: expect.any(Number), warm: expect.any(Number) },
    });
    expect(await model.predict(example, { task: "strength" })).toMatchObject({
      kind: "number",
      value: expect.any(Number),
    });
    expect(model.classes["hue"]).toEqual(["blue", "green", "red"]);
    await model.dispose();
  });

  test("gives one example the same as among many, and at once the same as in turn", async () => {
    const model = await load(result.folder, { threads });
    const examples = Array.from({ length: 40 }, (_, row) => ({ words: `blue ${row}`, light: [row / 40, 0.1, 0.8] }));
    const all = await model.predictAll(examples, { task: "strength" });
    const each = await Promise.all(examples.map((one) => model.predict(one, { task: "strength" })));
    for (const [row, prediction] of all.entries()) {
      const other = each[row];
      expect(
        prediction.kind === "number" && other?.kind === "number" && Math.abs(prediction.value - other.value),
      ).toBeLessThan(1e-5);
    }
    await model.dispose();
  });

  test("asks for a task where there are several, and names those that there are", async () => {
    const model = await load(result.folder, { threads });
    await expect(model.predict(example)).rejects.toMatchObject({
      kind: "usage",
      help: expect.stringContaining("hue, traits, strength"),
    });
    await expect(model.predict(example, { task: "size" })).rejects.toMatchObject({ kind: "usage" });
    await expect(model.predict({ words: "red" }, { task: "hue" })).rejects.toMatchObject({ kind: "data" });
    await model.dispose();
  });
});

test("a run that is interrupted can be loaded, and resumed to the same bits", async () => {
  const folder = await newFolder();
  const specification = writeSmallModel(folder);
  const controller = new AbortController();
  const options = { specification, runs: join(folder, "runs"), threads };
  const stop = train({
    ...options,
    interrupt: controller.signal,
    observer: { onStep: ({ step }) => step === 9 && controller.abort() },
  });
  await expect(stop).rejects.toMatchObject({ kind: "interrupted" });
  const [name = ""] = readdirSync(options.runs);
  const run = join(options.runs, name);
  expect(await isHeld(join(run, "process.lock"))).toBe(false);
  const model = await load(run, { threads });
  expect(await model.predict(example, { task: "hue" })).toMatchObject({ kind: "category" });
  await model.dispose();
  const pair = await Promise.allSettled(
    Array.from({ length: 2 }, () => resume(run, { interrupt: new AbortController().signal })),
  );
  const resumed = pair.flatMap((each) => (each.status === "fulfilled" ? [each.value.results] : []));
  const refused = pair.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
  expect(resumed).toEqual([result.results]);
  expect(refused).toEqual([expect.stringContaining("is working in this run")]);
  expect(readFileSync(join(run, "model", "model.safetensors"))).toEqual(
    readFileSync(within("model", "model.safetensors")),
  );
});

test("a resumed run refuses other data, which evaluation tells of, and a damaged lock", async () => {
  const folder = await newFolder();
  const copy = join(folder, "copy");
  cpSync(result.folder, copy, { recursive: true });
  // A user who changes the file on purpose removes the seal.
  const { seal: _seal, ...lock } = json("run.lock.json");
  cpSync(root, join(folder, "data"), { recursive: true, filter: (path) => !path.includes("runs") });
  writeFileSync(join(copy, "run.lock.json"), JSON.stringify({ ...lock, root: join(folder, "data") }));
  appendFileSync(join(folder, "data", "samples.jsonl"), "\n");
  await expect(resume(copy)).rejects.toMatchObject({ kind: "data", message: expect.stringContaining("samples.jsonl") });
  const notes: string[] = [];
  await evaluate(copy, "validation", { threads, onNote: (note) => notes.push(note) });
  expect(notes).toEqual([expect.stringContaining("samples.jsonl")]);
  writeFileSync(join(copy, "run.lock.json"), JSON.stringify({ ...lock, threads: "many" }));
  await expect(resume(copy)).rejects.toMatchObject({
    kind: "data",
    message: expect.stringContaining("threads must be integer"),
  });
});

test("a folder that is no run is named as such", async () => {
  const folder = await newFolder();
  await expect(resume(folder)).rejects.toMatchObject({ kind: "usage", message: expect.stringContaining(folder) });
  await expect(evaluate(folder, "test")).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining(folder),
  });
});

test("every row that is left out is in the run's log, with its column and the reason", async () => {
  const folder = await newFolder();
  const specification = writeSmallModel(folder);
  const rows = readFileSync(join(folder, "samples.jsonl"), "utf8").trimEnd().split("\n").length;
  const [row = ""] = readFileSync(join(folder, "samples.jsonl"), "utf8").split("\n");
  const spoilt = ["hue", "strength"].map((column) => JSON.stringify({ ...JSON.parse(row), [column]: ["no", "value"] }));
  appendFileSync(join(folder, "samples.jsonl"), spoilt.map((line) => `${line}\n`).join(""));
  const warnings: string[] = [];
  const { folder: run } = await train({
    specification,
    runs: join(folder, "runs"),
    threads,
    steps: 1,
    interrupt: new AbortController().signal,
    observer: { onWarning: (warning) => warnings.push(warning) },
  });
  const log = readFileSync(join(run, "log.txt"), "utf8");
  expect(log).toContain("2 bad rows are left out");
  // More than a note: the command line shows it with --quiet too.
  expect(warnings).toEqual([expect.stringMatching(/^2 bad rows are left out, .* the first is samples\.jsonl:/)]);
  expect(log).toMatch(new RegExp(`Left out: samples.jsonl:${rows + 1}: column "hue": `));
  expect(log).toMatch(new RegExp(`Left out: samples.jsonl:${rows + 2}: column "strength": `));
});

test("a specification with errors says them all", async () => {
  const folder = await newFolder();
  const specification = writeSmallModel(folder, "bacth: 3  epohcs: 4");
  const failure = train({ specification, runs: join(folder, "runs"), threads });
  await expect(failure).rejects.toBeInstanceOf(SpecificationError);
  await expect(failure).rejects.toMatchObject({
    kind: "specification",
    message: expect.stringMatching(/bacth[\s\S]*epohcs/),
  });
  expect(existsSync(join(folder, "runs"))).toBe(false);
});

test("a model that was never trained says so", async () => {
  const folder = join(await newFolder(), "model");
  cpSync(within("model"), folder, { recursive: true });
  rmSync(join(folder, "model.safetensors"));
  await expect(load(folder, { threads })).rejects.toMatchObject({
    kind: "data",
    message: expect.stringContaining("no trained model"),
  });
});
