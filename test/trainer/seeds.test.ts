import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { resumeSet, type RunSetResult, trainSeeds } from "../../runtime/index.ts";
import type { SeedSummary } from "../../runtime/run/summarize-seeds.ts";
import { mtl } from "../cli/run.ts";
import { writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const seeds = 3;
let root: string;
let whole: RunSetResult;
const begin = (runs: string, options: Partial<Parameters<typeof trainSeeds>[0]> = {}) =>
  trainSeeds({
    specification: join(root, "colours.mtl"),
    runs: join(root, runs),
    threads: 1,
    seed: 5,
    seeds,
    interrupt: new AbortController().signal,
    ...options,
  });

beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
  whole = await begin("whole");
});

const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

test("each seed has a run folder of its own, and the summary is mean and sample deviation of their results", () => {
  const names = ["colours-0001", "colours-0002", "colours-0003"];
  const stored = json(whole.file);
  expect(stored).toMatchObject({ seeds: [5, 6, 7], runs: names, summary: whole.summary });
  expect(names.map((name) => json(root, "whole", name, "run.lock.json").seed)).toEqual([5, 6, 7]);
  for (const { task, split, name, mean, deviation } of whole.summary) {
    const values: number[] = names.map(
      (run) =>
        json(root, "whole", run, "eval", `${split}.json`).values.find(
          (value: { task: string; name: string }) => value.task === task && value.name === name,
        ).value,
    );
    const sum = values.reduce((total, value) => total + value, 0);
    const squares = values.reduce((total, value) => total + value * value, 0);
    expect(mean).toBeCloseTo(sum / seeds, 10);
    // The other form of the variance: (Σx² − (Σx)²∕n) ∕ (n − 1).
    expect(deviation ?? NaN).toBeCloseTo(Math.sqrt(Math.max(0, squares - (sum * sum) / seeds) / (seeds - 1)), 5);
  }
  expect(whole.summary.some(({ deviation }) => (deviation ?? 0) > 0)).toBe(true);
});

test("interrupted in the second seed, it goes on to the same numbers", async () => {
  const controller = new AbortController();
  let runs = 0;
  const observer = {
    onRun: () => void runs++,
    onStep: ({ step }: { readonly step: number }) => (runs === 2 && step === 7 ? controller.abort() : undefined),
  };
  await expect(begin("cut", { observer, interrupt: controller.signal })).rejects.toMatchObject({
    kind: "interrupted",
    help: expect.stringContaining("colours-seeds-0001.json"),
  });
  const file = join(root, "cut", "colours-seeds-0001.json");
  expect(json(file)).toMatchObject({ seeds: [5, 6, 7], runs: ["colours-0001", "colours-0002"], summary: null });
  const ended = await resumeSet(file, { interrupt: new AbortController().signal });
  expect(ended.summary).toEqual(whole.summary);
  expect(json(file)).toEqual(json(whole.file));
  expect(readdirSync(join(root, "cut")).filter((name) => /-\d{4}$/.test(name))).toHaveLength(seeds);
});

test("one seed is refused", async () => {
  await expect(begin("one", { seeds: 1 })).rejects.toMatchObject({ kind: "usage" });
});

test("the command prints each metric as mean ± deviation", async () => {
  const { code, stdout, stderr } = await mtl(
    ["train", "colours.mtl", "--seeds", "2", "--runs", "told", "--steps", "3", "--threads", "1"],
    { cwd: root },
  );
  expect(stderr).toContain(join("told", "colours-seeds-0001.json"));
  expect(code).toBe(0);
  const { summary } = json(root, "told", "colours-seeds-0001.json");
  expect(stdout.match(/ ± /g)).toHaveLength(summary.length);
  const { stdout: listed } = await mtl(["runs", "told"], { cwd: root });
  const [shown] = (summary as readonly SeedSummary[]).filter(({ split, name }) => split === "test" && name !== "loss");
  expect(listed).toContain(`${shown?.name} ${shown?.mean?.toFixed(4)} ± ${shown?.deviation?.toFixed(4)}`);
});
