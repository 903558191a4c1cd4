import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type TaskEvaluation, readEvaluations } from "../../runtime/evaluation/evaluation-file.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { type TrainedModel, type TrainingResult, compileFile, load, train } from "../../runtime/index.ts";
import { RunFolder } from "../../runtime/run/run-folder.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const threads = 1;
let result: TrainingResult;
let root: string;
let evaluations: readonly TaskEvaluation[];
let model: TrainedModel;
beforeAll(async () => {
  root = await newFolder();
  // Few steps, so that enough is still wrong.
  result = await train({
    specification: writeSmallModel(root),
    runs: join(root, "runs"),
    threads,
    steps: 4,
    interrupt: new AbortController().signal,
  });
  evaluations = await readEvaluations(new RunFolder(result.folder));
  model = await load(result.folder, { threads });
});

const of = (task: string, split: string): TaskEvaluation => {
  const found = evaluations.find((each) => each.task === task && each.split === split);
  if (!found) throw new Error(`no evaluation of ${task} on ${split}`);
  return found;
};

test("there is one for each task and split, with the values of the run", () => {
  expect(evaluations.map(({ task, split }) => `${task}-${split}`)).toEqual([
    "hue-test",
    "hue-validation",
    "strength-test",
    "strength-validation",
    "traits-test",
    "traits-validation",
  ]);
  for (const { task, split, metrics } of evaluations) {
    expect(metrics).toEqual(
      Object.fromEntries(
        result.results
          .filter((each) => each.task === task && each.split === split)
          .map(({ name, value }) => [name, value]),
      ),
    );
  }
});

describe("a confusion matrix", () => {
  test("has the rows of a class in its line, by the class that the model predicts", async () => {
    const { confusion } = of("hue", "validation");
    const counts: Record<string, Record<string, number>> = { blue: {}, green: {}, red: {} };
    const rows = readFileSync(join(root, "samples.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const data = await openData({ specification: compileFile(join(root, "colours.mtl")).program.specification, root });
    for (let position = 0; position < data.rows("hue", "validation"); position++) {
      const { row } = await data.source({ task: "hue", split: "validation", row: position });
      const { words, light, hue } = rows[row - 1];
      const predicted = await model.predict({ words, light }, { task: "hue" });
      const line = counts[hue];
      if (line && predicted?.kind === "category") line[predicted.class] = (line[predicted.class] ?? 0) + 1;
    }
    expect(confusion?.classes).toEqual(["blue", "green", "red"]);
    expect(confusion?.counts).toEqual(
      ["blue", "green", "red"].map((actual) => ["blue", "green", "red"].map((given) => counts[actual]?.[given] ?? 0)),
    );
  });

  test("is there for categories only", () => {
    expect(of("traits", "test").confusion).toBeNull();
    expect(of("strength", "test").confusion).toBeNull();
  });
});

describe("the worst examples", () => {
  test("are those whose class has the least probability, with what the model reads of them", async () => {
    const { worst } = of("hue", "test");
    expect(worst).toHaveLength(8);
    const rows = readFileSync(join(root, "samples.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const { file, row, key, inputs, target, prediction, loss } of worst) {
      const { words, light, hue } = rows[row - 1];
      expect([file, key, target]).toEqual(["samples.jsonl", `samples/samples.jsonl:${row}`, hue]);
      expect(inputs[0]).toEqual({ modality: "words", kind: "text", texts: [words], files: [] });
      const predicted = await model.predict({ words, light }, { task: "hue" });
      if (predicted.kind !== "category") throw new Error("hue is a category");
      expect(prediction).toBe(predicted.class);
      expect(loss).toBeCloseTo(-Math.log(predicted.probabilities[hue] ?? 0), 4);
    }
    const losses = worst.map(({ loss }) => loss ?? NaN);
    expect(losses).toEqual(losses.toSorted((left, right) => right - left));
  });

  test("of numbers are furthest away", () => {
    for (const { target, prediction, loss } of of("strength", "test").worst)
      expect(loss).toBeCloseTo((Number(target) - Number(prediction)) ** 2, 6);
  });

  test("of labels name those that are there and those that are given", () => {
    const names = of("traits", "test").worst.flatMap(({ target, prediction }) => [target, prediction].flat());
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => name === "bright" || name === "warm")).toBe(true);
  });
});
