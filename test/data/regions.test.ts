import { describe, expect, test } from "vitest";
import type { ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { readNpy } from "../../runtime/data/features/npy.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { generator } from "../../runtime/random/generator.ts";
import { complaints, inspect, weightLines } from "../elaborate/harness.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";
import { trained } from "./trained.ts";

const things = { kind: "regions", max_regions: 3, width: 2 } as const satisfies ResolvedModality;

function spec(presence: "required" | "optional" = "required"): ResolvedSpecification {
  return specification({
    modalities: { things },
    tasks: { sentiment: { ...sentiment, inputs: [{ modality: "things", optional: presence === "optional" }] } },
    datasets: {
      reviews: { ...reviews, path: "r.jsonl", columns: { things: "things", label: "label" }, split: allTrain },
    },
  });
}

const labelled = (values: readonly unknown[]): string =>
  values.map((value, index) => JSON.stringify({ things: value, label: index % 2 })).join("\n");

/** NEP 1, version 1.0. */
function npy(rows: readonly (readonly number[])[], type: "<f4" | "<f8" = "<f4"): Uint8Array {
  const header =
    `{'descr': '${type}', 'fortran_order': False, 'shape': (${rows.length}, ${rows[0]?.length ?? 0}), }`.padEnd(117) +
    "\n";
  const numbers = type === "<f4" ? Float32Array.from(rows.flat()) : Float64Array.from(rows.flat());
  return Buffer.concat([
    Buffer.from("\u0093NUMPY\u0001\u0000v\u0000", "latin1"),
    Buffer.from(header, "latin1"),
    Buffer.from(numbers.buffer),
  ]);
}

const one = { features: [[1, 2]], boxes: [[0.5, 0, 1, 0.5]] };

describe("regions", () => {
  test("are features, boxes in shares of the picture with their area, and a mask", async () => {
    const many = {
      features: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
      boxes: [
        [0, 0, 100, 50],
        [10, 5, 60, 30],
        [0, 0, 100, 20],
        [0, 0, 1, 1],
      ],
      size: [100, 50],
    };
    const root = await folderWith({ "r.jsonl": labelled([many, one, { features: [], boxes: [] }]) });
    const data = await openData({ specification: spec(), root, cache: "none" });
    expect(data.problems).toEqual([]);
    const { features } = await wholeSplit(data, "sentiment", "train");
    expect([...(features.get("things") ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...(features.get("things.mask") ?? [])]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0]);
    const boxes = [0, 0, 1, 1, 1, 0.1, 0.1, 0.6, 0.6, 0.25, 0, 0, 1, 0.4, 0.4, 0.5, 0, 1, 0.5, 0.25];
    for (const [index, value] of boxes.entries()) expect(features.get("things.boxes")?.[index]).toBeCloseTo(value, 6);
  });

  test("are the same in the cell, in a JSON file, in arrays beside it, and as a raw example", async () => {
    const root = await folderWith({
      "r.jsonl": labelled([one, JSON.stringify(one), "one.json", "arrays.json"]),
      "one.json": JSON.stringify(one),
      "arrays.json": '{"features":"f.npy","boxes":"b.npy"}',
      "f.npy": npy(one.features),
      "b.npy": npy(one.boxes, "<f8"),
    });
    const data = await openData({ specification: spec(), root, cache: "none" });
    expect(data.problems).toEqual([]);
    const { features } = await wholeSplit(data, "sentiment", "train");
    const encoder = createExampleEncoder({ specification: spec(), preprocessing: data.preprocessing, folder: root });
    const batch = await encoder.encode({
      pass: "sentiment",
      size: 4,
      examples: [{ things: "arrays.json" }, { things: one }, { things: JSON.stringify(one) }, { things: "one.json" }],
    });
    expect(features.get("things.mask")?.[0]).toBe(1);
    for (const [name, values] of batch.features) {
      expect(values).toEqual(features.get(name));
      const row = values.length / 4;
      for (let at = 1; at < 4; at++) expect(values.subarray(at * row, (at + 1) * row)).toEqual(values.subarray(0, row));
    }
  });

  test("may be missing where they are optional", async () => {
    const root = await folderWith({ "r.jsonl": labelled([one, null, ""]) });
    const { features } = await wholeSplit(
      await openData({ specification: spec("optional"), root, cache: "none" }),
      "sentiment",
      "train",
    );
    expect([...(features.get("things.present") ?? [])]).toEqual([1, 0, 0]);
    expect([...(features.get("things.mask") ?? [])].slice(3).every((bit) => bit === 0)).toBe(true);
  });

  test.each<[unknown, RegExp]>([
    [{ ...one, features: [[1, 2, 3]] }, /features of region 1 are 3 numbers where 2 are declared/],
    [{ ...one, boxes: [] }, /features of 1 region and boxes of 0/],
    [{ features: [[1, 2]] }, /its boxes are not a list of regions/],
    [{ ...one, features: [[1, "x"]] }, /features of region 1 are not a list of numbers/],
    [{ ...one, boxes: [[0, 0, 1]] }, /box of region 1 has 3 numbers/],
    [{ ...one, boxes: [[0, 0, 40, 30]] }, /leaves the picture; boxes in pixels need the picture's `size`/],
    [{ ...one, boxes: [[0, 0, 40, 30]], size: [20, 30] }, /box of region 1 leaves the picture$/],
    [{ ...one, boxes: [[0.5, 0, 0.4, 1]] }, /ends before it begins/],
    [{ ...one, size: [0, 10] }, /size is not the width and height/],
    [[1, 2], /neither an object of features and boxes nor a reference/],
    ["lost.json", /"lost.json" does not exist/],
    ["bad.json", /not JSON of features and boxes/],
    [{ ...one, features: "bad.json" }, /not a .npy file/],
    [{ ...one, features: "short.npy" }, /ends early/],
  ])("that cannot be read are named: %j", async (value, reason) => {
    const root = await folderWith({
      "r.jsonl": labelled([one, value]),
      "bad.json": "nothing",
      "short.npy": npy([[1, 2]]).subarray(0, 130),
    });
    const data = await openData({ specification: spec(), root, cache: "none" });
    expect(data.problems).toEqual([
      { file: "r.jsonl", row: 2, column: "things", reason: expect.stringMatching(reason) as string },
    ]);
  });

  test("of an array of other kinds are refused", () => {
    const text = Buffer.from(npy([[1, 2]])).toString("latin1");
    for (const [from, to] of [
      ["<f4", ">f4"],
      ["False", "True "],
      ["<f4", "|O4"],
    ] as const)
      expect(() => readNpy(Buffer.from(text.replace(from, to), "latin1"))).toThrow(/float32 or float64 in C order/);
  });
});

describe("in a specification", () => {
  test("regions are tokens that know their boxes; both are embedded and normalised together", () => {
    const { shapes, weights, run } = inspect(
      "model m\nmodality things: regions(max_regions: 2, width: 3)\nstream r = things\nstream b = boxes(things)\nstream s = things -> embed_regions(2)\nstream v = mean(things -> linear(4))\nstream c = slice(things, size: 1)\nstream k = mask(c)",
      { batch: 1 },
    );
    expect(shapes).toEqual({
      r: "regions[2 × 3]",
      b: "tokens[2 × 5]",
      s: "tokens[2 × 2]",
      v: "vector[4]",
      c: "tokens[1 × 3]",
      k: "vector[1]",
    });
    expect(weightLines(weights)).toEqual(
      [
        "s.seen.kernel [3 × 2]",
        "s.seen.bias [2]",
        "s.placed.kernel [5 × 2]",
        "s.placed.bias [2]",
        "s.norm.scale [2]",
        "s.norm.offset [2]",
        "v.linear.kernel [3 × 4]",
        "v.linear.bias [4]",
      ].map((line) => line),
    );
    const given = {
      "feature/things": [1, 2, 3, 4, 5, 6],
      "feature/things.boxes": [0, 0, 1, 1, 1, 0, 0, 1, 0.5, 0.5],
      "feature/things.mask": [1, 0],
      "s.seen.kernel": [1, 0, 0, 1, 0, 0],
      "s.seen.bias": [0, 0],
      "s.placed.kernel": [0, 0, 0, 0, 0, 0, 0, 0, 0, 10],
      "s.placed.bias": [0, 0],
      "s.norm.scale": [1, 1],
      "s.norm.offset": [0, 0],
    };
    // [1, 2 + 10] and [4, 5 + 5]: of two numbers, the layer norm is −1 and 1.
    const { s = [], k } = run(given);
    for (const [index, value] of [-1, 1, -1, 1].entries()) expect(s[index]).toBeCloseTo(value, 3);
    expect(k).toEqual([1]);
  });

  test("other streams have no boxes", () => {
    expect(
      complaints(
        'model m\nmodality x: tensor(2, 3)\ntask t { from: mean(boxes(x))  head: linear(1)  target: number("y") }',
      ),
    ).toEqual(["wrong_stream"]);
  });
});

test("a model of regions learns from where they are", async () => {
  const random = generator(1, "regions");
  const rows = Array.from({ length: 160 }, (_, row) => {
    const left = row % 2 === 0;
    const count = 1 + random.below(3);
    const boxes = Array.from({ length: count }, () => {
      const x = (left ? 0 : 0.55) + 0.25 * random.uniform();
      return [x, 0.2, x + 0.1 + 0.1 * random.uniform(), 0.2 + 0.5 * random.uniform()];
    });
    return {
      things: { features: boxes.map(() => [random.normal(), random.normal()]), boxes },
      side: left ? "left" : "right",
    };
  });
  const { value, predict } = await trained(
    `model sides
modality things: regions(max_regions: 4, width: 2)
stream seen = things -> embed_regions(16) -> transformer(layers: 1, heads: 2, dropout: 0%)
task side { from: mean(seen)  head: norm -> linear(2)  target: category("side", classes: 2) }
dataset pictures { path: "p.jsonl"  tasks: [side] }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 16  epochs: 12 }
`,
    { "p.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") },
  );
  expect(value("accuracy")).toBeGreaterThan(0.9);
  expect(
    await predict("side", [
      { things: { features: [[0, 0]], boxes: [[5, 20, 15, 60]], size: [100, 100] } },
      { things: JSON.stringify({ features: [[0, 0]], boxes: [[0.8, 0.2, 0.9, 0.6]] }) },
    ]),
  ).toEqual(["left", "right"]);
});
