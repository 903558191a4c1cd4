import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { abridgedValues } from "../../cli/abridged-values.ts";
import { inspectStream, statisticsOf } from "../../runtime/model/inspect-stream.ts";
import { train } from "../../runtime/index.ts";
import { mtl } from "../cli/run.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

/** Streams that have no weights, so that their values follow from the row alone. */
const specification = `model sums
modality light: tensor(shape: [3])
modality shade: tensor(shape: [3])
stream alias = light
stream both = alias + shade
stream flat = both -> relu
task bright { from: flat  head: linear(1)  target: number("bright") }
dataset rows { path: "rows.jsonl"  tasks: [bright]  split: { train: 100% } }
stage fit { epochs: 1  batch: 2  optimizer: sgd(rate: 1e-2) }
`;

const rows = [
  { light: [1, 2, 3], shade: [0.5, -4, -3], bright: 1 },
  { light: [-1, 0, 7], shade: [1, 0.25, 0.5], bright: 2 },
];

let folder: string;
let entry: string;
beforeAll(async () => {
  folder = await newFolder();
  entry = join(folder, "sums.mtl");
  writeFileSync(entry, specification);
  writeFileSync(join(folder, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
});

describe("a stream of one example", () => {
  test.each([
    ["light", (light: number) => light],
    ["alias", (light: number) => light],
    ["both", (light: number, shade: number) => light + shade],
    ["flat", (light: number, shade: number) => Math.max(0, light + shade)],
  ])("%s has the values that follow from its row", async (stream, of) => {
    for (const [row, { light, shade }] of rows.entries()) {
      const seen = await inspectStream(entry, { stream, row, threads: 1 });
      const expected = light.map((each, index) => of(each, shade[index] ?? 0));
      expect(Array.from(seen.values)).toEqual(expected);
      expect(seen).toMatchObject({
        stream,
        shape: [3],
        kind: "vector",
        dtype: "float32",
        task: "bright",
        weights: "initial",
      });
      expect(seen.statistics).toEqual({
        min: Math.min(...expected),
        mean: expected.reduce((sum, each) => sum + each) / 3,
        max: Math.max(...expected),
        zeros: expected.filter((each) => each === 0).length / 3,
        notFinite: 0,
      });
      expect(seen.example).toMatchObject({ file: expect.stringContaining("rows.jsonl"), row: row + 1 });
      expect(seen.example.inputs.map(({ modality }) => modality)).toEqual(["light", "shade"]);
    }
  });

  test("is that of the task that is asked for, of a run with its trained weights", async () => {
    const root = await newFolder();
    const model = writeSmallModel(root);
    const { folder: run } = await train({
      specification: model,
      runs: join(root, "runs"),
      threads: 1,
      steps: 20,
      interrupt: new AbortController().signal,
    });
    const at = { stream: "both", row: 3, split: "validation", threads: 1 } as const;
    const [trained, again, initial] = [
      await inspectStream(run, at),
      await inspectStream(run, { ...at, task: "traits" }),
      await inspectStream(model, at),
    ];
    expect([trained.weights, again.task, initial.weights]).toEqual(["trained", "traits", "initial"]);
    expect(trained.shape).toEqual([16]);
    expect(again.values).toEqual(trained.values);
    expect(trained.values).not.toEqual(initial.values);
    expect(trained.example).toEqual(initial.example);
  });
});

describe("statistics", () => {
  test("are of the finite values, and count the others", () => {
    expect(statisticsOf([0, Infinity, 4, Number.NaN, -1])).toEqual({
      min: -1,
      mean: 1,
      max: 4,
      zeros: 0.2,
      notFinite: 2,
    });
    expect(statisticsOf([Number.NaN])).toEqual({
      min: Number.NaN,
      mean: Number.NaN,
      max: Number.NaN,
      zeros: 0,
      notFinite: 1,
    });
  });
});

describe("values, abridged", () => {
  test("show the ends of long axes, a line for each row", () => {
    expect(
      abridgedValues(
        Array.from({ length: 20 }, (_, index) => index),
        [2, 10],
        String,
      ),
    ).toBe("[[0 1 2 … 7 8 9]\n [10 11 12 … 17 18 19]]");
    expect(abridgedValues([5], [], String)).toBe("5");
  });
});

describe("mtl inspect", () => {
  test("shows shape, statistics, values and the example", async () => {
    const { code, stdout } = await mtl(["inspect", "sums.mtl", "both", "--row", "1", "--threads", "1"], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout).toContain("both: vector, float32[3], of task bright with initial weights");
    expect(stdout).toContain("min 0.000, mean 2.583, max 7.500, zeros 33.3 %, not finite 0");
    expect(stdout).toContain("[0.000 0.2500 7.500]");
    expect(stdout).toContain("rows.jsonl:2");
  });

  test("gives all values as JSON", async () => {
    const { stdout } = await mtl(["inspect", "sums.mtl", "flat", "--json", "--threads", "1"], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      stream: "flat",
      shape: [3],
      values: [1.5, 0, 0],
      statistics: { max: 1.5 },
    });
  });

  test.each([
    [["bothh"], 'Did you mean "both"? There are'],
    [["both", "--row", "2"], "It has 2: 0 to 1."],
    [["both", "--task", "brigt"], 'Did you mean "bright"?'],
    [["both", "--split", "test"], "no rows there at all"],
  ])("says what is wrong with %s", async (words, message) => {
    const { code, stderr } = await mtl(["inspect", "sums.mtl", ...words, "--threads", "1"], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
