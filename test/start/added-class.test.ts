import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTensors, type Tensors } from "../../runtime/checkpoint/checkpoint.ts";
import { load, train } from "../../runtime/index.ts";
import { mtl } from "../cli/run.ts";
import { specification, writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

/** A class that sorts before those that are known, and so moves them all; a task that there was not. */
const grown = (init: string): string =>
  specification(`init: ${init}`)
    .replace("linear(3)", "linear(5)")
    .replace("classes: 3", "classes: 5")
    .replace("dataset", 'task warmth { from: both  head: linear(1)  target: number("warmth") }\n\ndataset')
    .replace("tasks: [hue,", "tasks: [warmth, hue,")
    .replace("adamw(rate: 1e-2)", "sgd(rate: 0)")
    .replace("epochs: 3", "steps: 2");

let root: string;
let output: string;
let before: Tensors;
let fresh: Tensors;
let after: Tensors;
let folder: string;
beforeAll(async () => {
  root = await newFolder();
  const runs = join(root, "runs");
  const first = await train({
    specification: writeSmallModel(root),
    runs,
    name: "first",
    threads: 1,
    interrupt: new AbortController().signal,
  });
  before = await readTensors(join(first.folder, "model", "model.safetensors"));
  const rows = readFileSync(join(root, "samples.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const amber = Array.from({ length: 20 }, (_, row) => ({ ...rows[row], words: `amber ${row}`, hue: "amber" }));
  writeFileSync(
    join(root, "samples.jsonl"),
    [...rows, ...amber].map((row, index) => `${JSON.stringify({ ...row, warmth: index % 2 })}\n`).join(""),
  );
  const entry = join(root, "grown.mtl");
  writeFileSync(entry, grown("fresh"));
  const unrelated = await train({
    specification: entry,
    runs,
    name: "fresh",
    threads: 1,
    interrupt: new AbortController().signal,
  });
  fresh = await readTensors(join(unrelated.folder, "model", "model.safetensors"));
  writeFileSync(entry, grown('from("first-0001")'));
  const result = await mtl(["train", entry, "--runs", runs, "--name", "grown", "--threads", "1"]);
  expect(result.code).toBe(0);
  output = result.stderr;
  folder = join(runs, "grown-0001");
  after = await readTensors(join(folder, "model", "model.safetensors"));
});

const values = (tensors: Tensors, name: string) => tensors.get(name)?.data ?? new Float32Array();
/** Column of a kernel [16, classes], or one number of a bias. */
const column = (tensors: Tensors, name: string, place: number, classes: number) =>
  [...values(tensors, name)].filter((_, at) => at % classes === place);
const preprocessing = (run: string) =>
  JSON.parse(readFileSync(join(root, "runs", run, "model", "preprocessing.json"), "utf8"));

async function strengthOf(run: string) {
  const model = await load(join(root, "runs", run), { threads: 1 });
  const prediction = await model.predict({ words: "green 7", light: [0.12, 0.85, 0.15] }, { task: "strength" });
  await model.dispose();
  return prediction;
}

describe("a class and a task that are added to a finished run", () => {
  test.each(["task.hue.head.linear.kernel", "task.hue.head.linear.bias"])(
    "%s has what was learnt of each class under its name, and new values for the new one",
    (name) => {
      const [known, now] = [
        ["blue", "green", "red"],
        ["amber", "blue", "green", "red"],
      ];
      expect(preprocessing("first-0001").classes.hue).toEqual(known);
      expect(preprocessing("grown-0001").classes.hue).toEqual(now);
      for (const hue of known)
        expect(column(after, name, now.indexOf(hue), 5)).toEqual(column(before, name, known.indexOf(hue), 3));
      for (const place of [0, 4]) expect(column(after, name, place, 5)).toEqual(column(fresh, name, place, 5));
    },
  );

  test("the table of a vocabulary that has changed is taken by its pieces", () => {
    const vocabulary = (run: string): Map<string, number> =>
      new Map(Object.entries(preprocessing(run).tokenizers.words.model.vocab));
    const [known, now] = [vocabulary("first-0001"), vocabulary("grown-0001")];
    expect([...now.keys()].filter((piece) => !known.has(piece))).toContain("m");
    expect([...known].some(([piece, id]) => now.get(piece) !== id)).toBe(true);
    const row = (tensors: Tensors, id: number) => values(tensors, "read.embed.table").subarray(id * 16, (id + 1) * 16);
    for (const [piece, id] of now) {
      const earlier = known.get(piece);
      expect(row(after, id)).toEqual(earlier === undefined ? row(fresh, id) : row(before, earlier));
    }
  });

  test("the new task's head is new, and everything else is taken whole", () => {
    for (const name of ["task.warmth.head.kernel", "task.warmth.head.bias"])
      expect(after.get(name)).toEqual(fresh.get(name));
    for (const name of ["seen.linear.kernel", "task.traits.head.kernel", "task.strength.head.bias"])
      expect(after.get(name)).toEqual(before.get(name));
  });

  test("numbers go on to be predicted as they were, though more rows have another mean", async () => {
    expect(preprocessing("grown-0001").statistics["strength.target"]).toEqual(
      preprocessing("first-0001").statistics["strength.target"],
    );
    const [known, now] = await Promise.all(["first-0001", "grown-0001"].map(strengthOf));
    expect(now).toEqual(known);
    const strengths = readFileSync(join(root, "samples.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).strength as number);
    expect(strengths.reduce((sum, each) => sum + each, 0) / strengths.length).not.toBeCloseTo(
      preprocessing("first-0001").statistics["strength.target"].means[0],
      4,
    );
    expect(output).toContain("the numbers of task strength stay standardised by its mean 0.8");
  });

  test("the report and the screen say so", () => {
    const report = JSON.parse(readFileSync(join(folder, "starts", "fit.json"), "utf8"));
    expect(report.missing.toSorted()).toEqual(["task.warmth.head.bias", "task.warmth.head.kernel"]);
    expect(report.partly).toContainEqual({
      weight: "task.hue.head.linear.kernel",
      from: "task.hue.head.linear.kernel",
      taken: 3,
      fresh: 2,
    });
    expect(report.labels).toContainEqual({ of: "task hue", added: ["amber"], gone: [] });
    expect(output).toMatch(
      /Stage fit takes \d+ weights from first-0001.*of task hue amber is new.*2 weights not found there: task\.warmth/s,
    );
  });
});
