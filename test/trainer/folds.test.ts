import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import type { Split } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { folded } from "../../runtime/run/folded.ts";
import { evaluate, resumeSet, type RunSetResult, trainFolds } from "../../runtime/index.ts";
import { mtl } from "../cli/run.ts";
import { writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const of = 4;
const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

/** Rows of `hue` in each split of a fold, by their keys. */
async function rowsOf(entry: string, index: number | undefined, task = "hue") {
  const compiled = folded(compileFile(entry), index === undefined ? undefined : { index, of });
  const data = await openData({ specification: compiled.program.specification, root: dirname(entry), cache: "none" });
  const keys = async (split: Split) => {
    const size = data.rows(task, split);
    return size === 0
      ? []
      : (await data.batch({ task, split, size, rows: Array.from({ length: size }, (_, row) => row) })).keys;
  };
  const found = { train: await keys("train"), validation: await keys("validation"), test: await keys("test") };
  await data.close();
  return found;
}

/** The rows of the small model's data with a group each, and some twice. */
async function grouped(split: string, count = 60): Promise<string> {
  const entry = writeSmallModel(await newFolder());
  const rows = readFileSync(join(dirname(entry), "samples.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .slice(0, count)
    .map((line, index) => JSON.stringify({ ...JSON.parse(line), who: `person ${index % 10}` }));
  writeFileSync(join(dirname(entry), "samples.jsonl"), [...rows, rows[0], rows[1]].join("\n"));
  writeFileSync(
    entry,
    readFileSync(entry, "utf8").replace('path: "samples.jsonl"', `path: "samples.jsonl"\n  ${split}`),
  );
  return entry;
}

describe("folds", () => {
  test("validate each row that is not of test once, train on all others, and are of one size", async () => {
    const entry = writeSmallModel(await newFolder());
    const declared = await rowsOf(entry, undefined);
    const folds = await Promise.all([1, 2, 3, 4].map((index) => rowsOf(entry, index)));
    const all = [...declared.train, ...declared.validation].toSorted();
    expect(folds.flatMap(({ validation }) => validation).toSorted()).toEqual(all);
    for (const { train, validation, test: tested } of folds) {
      expect(tested).toEqual(declared.test);
      expect([...train, ...validation].toSorted()).toEqual(all);
      expect(Math.abs(validation.length - all.length / of)).toBeLessThan(1);
    }
  });

  test("keep groups together, and rows of the same content", async () => {
    const people = async (entry: string) => {
      const who = readFileSync(join(dirname(entry), "samples.jsonl"), "utf8")
        .split("\n")
        .map((line) => JSON.parse(line).who as string);
      return Promise.all(
        [1, 2, 3, 4].map(
          async (index) =>
            new Set((await rowsOf(entry, index)).validation.map((key) => who[Number(key.split(":")[1]) - 1] ?? "")),
        ),
      );
    };
    const folds = await people(await grouped('split: { train: 80%, validation: 20%, test: 0%, group: "who" }'));
    expect(folds.map((fold) => fold.size).toSorted((left, right) => left - right)).toEqual([2, 2, 3, 3]);
    expect(new Set(folds.flatMap((fold) => [...fold])).size).toBe(10);
    const twice = await grouped("split: { train: 80%, validation: 20%, test: 0% }");
    for (const index of [1, 2, 3, 4]) {
      const { validation } = await rowsOf(twice, index);
      const has = (row: number) => validation.some((key) => key.endsWith(`:${row}`));
      expect([has(1), has(2)]).toEqual([has(61), has(62)]);
    }
  });

  test("do not depend on the order of the file", async () => {
    const entry = writeSmallModel(await newFolder());
    const file = join(dirname(entry), "samples.jsonl");
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const contents = async (order: readonly string[]) => {
      writeFileSync(file, order.join("\n"));
      return (await rowsOf(entry, 2)).validation.map((key) => order[Number(key.split(":")[1]) - 1] ?? "").toSorted();
    };
    expect(await contents(lines.toReversed())).toEqual(await contents(lines));
  });

  test("leave out bad rows without moving what stands behind them", async () => {
    const entry = writeSmallModel(await newFolder());
    const file = join(dirname(entry), "samples.jsonl");
    const lines = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line, index) =>
        JSON.stringify({ ...JSON.parse(line), w: index === 2 ? -1 : 1, who: `person ${index % 10}` }),
      );
    writeFileSync(file, lines.join("\n"));
    writeFileSync(
      entry,
      readFileSync(entry, "utf8").replace(
        'path: "samples.jsonl"',
        'path: "samples.jsonl"\n  weight: "w"\n  split: { train: 80%, validation: 20%, test: 0%, group: "who" }',
      ),
    );
    const folds = await Promise.all(
      [1, 2, 3, 4].map(
        async (index) =>
          new Set((await rowsOf(entry, index)).validation.map((key) => (Number(key.split(":")[1]) - 1) % 10)),
      ),
    );
    expect(folds.map((fold) => fold.size).toSorted((left, right) => left - right)).toEqual([2, 2, 3, 3]);
  });

  test("of fewer groups than folds are refused", async () => {
    await expect(
      rowsOf(await grouped('split: { train: 80%, validation: 20%, test: 0%, group: "who" }', 3), 1),
    ).rejects.toThrow('Data set "samples" has 3 groups for training and validation, too few for 4 folds.');
  });

  test("leave a sample of their own training rows alone", async () => {
    const entry = await grouped("rows: sample(12)");
    const folds = await Promise.all([1, 2, 3, 4].map((index) => rowsOf(entry, index)));
    for (const { train } of folds) expect(train).toHaveLength(12);
    const declared = await rowsOf(await grouped(""), undefined);
    expect(folds.reduce((sum, { validation }) => sum + validation.length, 0)).toBe(
      declared.train.length + declared.validation.length,
    );
  });
});

describe("cross validation", () => {
  let root: string;
  let whole: RunSetResult;
  const begin = (runs: string, options: Partial<Parameters<typeof trainFolds>[0]> = {}) =>
    trainFolds({
      specification: join(root, "colours.mtl"),
      runs: join(root, runs),
      threads: 1,
      folds: 3,
      steps: 9,
      interrupt: new AbortController().signal,
      ...options,
    });
  beforeAll(async () => {
    root = await newFolder();
    writeSmallModel(root);
    whole = await begin("whole");
  });

  test("has a run folder for each fold, which is measured on it, and a summary of them", async () => {
    const stored = json(whole.file);
    expect(stored).toMatchObject({
      folds: [1, 2, 3],
      runs: ["colours-0001", "colours-0002", "colours-0003"],
      summary: whole.summary,
    });
    for (const [index, { folder, results }] of whole.runs.entries()) {
      expect(json(folder, "run.lock.json").fold).toEqual({ index: index + 1, of: 3 });
      expect(await evaluate(folder, "validation", { threads: 1 })).toEqual(
        results.filter(({ split }) => split === "validation"),
      );
    }
    const accuracy = whole.summary.find(
      ({ task, split, name }) => task === "hue" && split === "validation" && name === "accuracy",
    );
    const values = whole.runs.map(
      ({ results }) =>
        results.find(({ task, split, name }) => task === "hue" && split === "validation" && name === "accuracy")
          ?.value ?? NaN,
    );
    expect(accuracy?.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 3, 9);
  });

  test("interrupted in the second fold, goes on to the same numbers", async () => {
    const controller = new AbortController();
    let runs = 0;
    const observer = {
      onRun: () => void runs++,
      onStep: ({ step }: { readonly step: number }) => (runs === 2 && step === 4 ? controller.abort() : undefined),
    };
    await expect(begin("cut", { observer, interrupt: controller.signal })).rejects.toMatchObject({
      kind: "interrupted",
      help: expect.stringContaining("colours-folds-0001.json"),
    });
    const ended = await resumeSet(join(root, "cut", "colours-folds-0001.json"), {
      interrupt: new AbortController().signal,
    });
    expect(ended.summary).toEqual(whole.summary);
    expect(readdirSync(join(root, "cut")).filter((name) => /-\d{4}$/.test(name))).toHaveLength(3);
  });

  test("is listed with its runs", async () => {
    const { stdout } = await mtl(["runs", join(root, "whole")]);
    expect(stdout).toMatch(/colours-0002 +finished +9 +1, fold 2 of 3 /);
    expect(stdout).toMatch(/colours-folds-0001 +finished +3 folds .*hue accuracy \d\.\d+ ± \d/);
  });

  test("by the command prints each metric as mean ± deviation", async () => {
    const { code, stdout, stderr } = await mtl(
      ["train", "colours.mtl", "--folds", "2", "--runs", "told", "--steps", "3", "--threads", "1"],
      { cwd: root },
    );
    expect(code).toBe(0);
    expect(stderr).toContain("Fold 2 of 2.");
    expect(stderr).toContain("Mean ± deviation over the folds");
    expect(stdout).toMatch(/hue +accuracy +\d\.\d+ ± \d/);
    expect((await mtl(["train", "colours.mtl", "--folds", "2", "--seeds", "2"], { cwd: root })).stderr).toContain(
      "--seeds and --folds cannot be used together",
    );
  });
});
