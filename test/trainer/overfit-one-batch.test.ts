import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BatchRequest, Data } from "../../runtime/data/data.ts";
import { onlyRows } from "../../runtime/data/rows/only-rows.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { compileFile } from "../../runtime/compile.ts";
import { overfitOneBatch } from "../../runtime/index.ts";
import { mtl } from "../cli/run.ts";
import { writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const threads = 1;
const interrupt = new AbortController().signal;

describe("the small model knows one batch by heart", () => {
  test.each([
    "",
    "step: joint",
    "step: mixed sampler: uniform",
    "for_each: task",
    "for_each: task fork: true",
    "accumulate: 3",
    "early_stop: early_stop(patience: 1)",
  ])("with %s", async (stage) => {
    const specification = writeSmallModel(await newFolder(), stage);
    // On the scale of its deviation it takes weights that so few updates do not reach: light differs by a tenth.
    writeFileSync(
      specification,
      readFileSync(specification, "utf8").replace('number("strength")', 'number("strength", standardise: false)'),
    );
    const tasks = await overfitOneBatch({ specification, threads, interrupt });
    expect(tasks.map(({ task, rows, fitted }) => ({ task, rows, fitted }))).toEqual(
      ["hue", "traits", "strength"].map((task) => ({ task, rows: 16, fitted: true })),
    );
    for (const { start, end, steps } of tasks) {
      expect(end).toBeLessThan(0.1 * Math.max(start, 0.1));
      expect(steps).toBeGreaterThan(50);
    }
    // The loss of three classes is near ln 3 before anything is learnt.
    expect(Math.abs((tasks[0]?.start ?? 0) - Math.log(3))).toBeLessThan(0.6);
  });
});

test("a model that does not move fits nothing: its loss is what it was", async () => {
  const entry = writeSmallModel(await newFolder());
  writeFileSync(entry, readFileSync(entry, "utf8").replace("rate: 1e-2", "rate: 1e-12"));
  for (const { start, end, fitted } of await overfitOneBatch({ specification: entry, threads, interrupt, steps: 6 })) {
    expect(end).toBeCloseTo(start, 5);
    expect(fitted).toBe(false);
  }
});

test("the rows that are read are those of the batch, in training and in validation, and nothing is drawn", async () => {
  const entry = writeSmallModel(await newFolder());
  const { program } = compileFile(entry);
  const data = await openData({ specification: program.specification, root: join(entry, "..") });
  const asked: BatchRequest[] = [];
  const spy: Data = {
    ...data,
    rows: (task, split) => data.rows(task, split),
    source: (place) => data.source(place),
    close: () => data.close(),
    batch: (request) => {
      asked.push(request);
      return data.batch(request);
    },
  };
  const few = onlyRows(spy, new Map([["hue", [5, 2, 9]]]));
  expect(["train", "validation", "test"].map((split) => few.rows("hue", split as "train"))).toEqual([3, 3, 0]);
  expect(few.rows("traits", "train")).toBe(0);
  const trained = await few.batch({
    task: "hue",
    split: "train",
    rows: [2, 0],
    size: 4,
    draw: { seed: 1, stage: "fit", epoch: 3 },
  });
  const evaluated = await few.batch({ task: "hue", split: "validation", rows: [2, 0], size: 4 });
  expect(asked).toEqual(
    ["train", "evaluate"].map((mode) => ({ task: "hue", split: "train", rows: [9, 5], size: 4, mode })),
  );
  expect(evaluated.keys).toEqual(trained.keys);
  await data.close();
});

test("a task that ranks more candidates in evaluation than in training is fitted too", async () => {
  const folder = await newFolder();
  const angles = Array.from({ length: 24 }, (_, row) => row);
  const lines = angles.map((angle) => JSON.stringify({ one: [Math.cos(angle), Math.sin(angle)], other: [angle / 24] }));
  writeFileSync(join(folder, "pairs.jsonl"), lines.join("\n"));
  const specification = join(folder, "pairs.mtl");
  writeFileSync(
    specification,
    `model pairs
    modality one: tensor([2])
    modality other: tensor([1])
    stream both = concat(one, other, axis: 0) -> mlp(hidden: 32) -> linear(1)
    task pair { uses: [one, other]  from: both  target: matching(one, other, negatives: { other: 2 }, evaluate: 6) }
    dataset pairs { path: "pairs.jsonl"  tasks: [pair] }
    stage fit { optimizer: adam(rate: 2e-2)  batch: 4  epochs: 1 }`,
  );
  const [task] = await overfitOneBatch({ specification, threads, interrupt, steps: 100 });
  expect(task?.end).toBeLessThan(0.8 * (task?.start ?? 0));
});

describe("mtl train --overfit-one-batch", () => {
  test("prints losses by task, says what fitted means, and leaves no run", async () => {
    const folder = await newFolder();
    const entry = writeSmallModel(folder);
    const { code, stdout, stderr } = await mtl(["train", entry, "--overfit-one-batch", "--threads", "1"], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^hue +16 +\d+ +[01]\.\d{4} +0\.0\d{3} +yes$/m);
    expect(stderr).toContain("10 %");
    expect(readdirSync(folder).toSorted()).toEqual(["colours.mtl", "samples.jsonl"]);
  });

  test("ends with a failure where a task was not fitted, and says which", async () => {
    const folder = await newFolder();
    const { code, stdout, stderr } = await mtl(
      ["train", writeSmallModel(folder), "--overfit-one-batch", "--steps", "3", "--threads", "1"],
      { cwd: folder },
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^hue .* no$/m);
    expect(stderr).toMatch(/Not fitted: .*hue/);
  });

  test("does not go together with what makes a run", async () => {
    const folder = await newFolder();
    const { code, stderr } = await mtl(["train", writeSmallModel(folder), "--overfit-one-batch", "--seeds", "2"], {
      cwd: folder,
    });
    expect([code, stderr.includes("--seeds cannot be used with it")]).toEqual([2, true]);
  });
});
