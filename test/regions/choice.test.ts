import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { overlapOf } from "../../runtime/data/rows/overlap.ts";
import { load } from "../../runtime/model/load.ts";
import { generator } from "../../runtime/random/generator.ts";
import { train } from "../../runtime/run/train.ts";

const specification = (target: string, loss: string): string => `model choose
modality words: text(max_length: 6, tokenizer: characters)
modality photo: regions(max_regions: 4, width: 3)
layer read = stack([embed(8), mean])
stream asked = photo -> mlp(hidden: 16, outputs: 8)
task refer { from: asked * (words -> read)  head: linear(1)  target: ${target}  ${loss}  metrics: [accuracy, mean_iou, iou_at(0.5), recall_at(2)] }
dataset rows { path: { train: "train.jsonl", validation: "test.jsonl", test: "test.jsonl" }  columns: { words: "phrase" }  tasks: [refer]  bad_rows: report }
stage fit { optimizer: adamw(rate: 2e-2)  batch: 32  steps: 150 }
`;

const names = ["red", "green", "blue"];
const random = generator(1, "choices");

/** A picture with one region of each of some colours, in a row; a phrase names one of them. */
function rowOf() {
  const count = 2 + random.below(2);
  const colours = [...random.permutation(3)].slice(0, count);
  const slot = random.below(count);
  const boxes = colours.map((_, index) => [0.3 * index, 0, 0.3 * index + 0.3, 0.5]);
  const features = colours.map((colour) => [0, 1, 2].map((each) => (each === colour ? 1 : 0)));
  return { phrase: names[colours[slot] ?? 0], photo: { features, boxes }, slot, box: boxes[slot] };
}

function folderOf(rows: { readonly [file: string]: readonly object[] }, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "mtl-choice-"));
  for (const [file, of] of Object.entries(rows))
    writeFileSync(join(folder, file), of.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "choose.mtl"), text);
  return folder;
}

async function targetsOf(rows: readonly object[], target: string) {
  const folder = folderOf({ "train.jsonl": rows, "test.jsonl": rows.slice(0, 1) }, specification(target, ""));
  const { program } = compileFile(join(folder, "choose.mtl"));
  const data = await openData({ specification: program.specification, root: folder, cache: "none" });
  const size = data.rows("refer", "train");
  const batch = await data.batch({
    task: "refer",
    split: "train",
    size,
    rows: Array.from({ length: size }, (_, row) => row),
  });
  const feature = (name: string) => Array.from(batch.features.get(name) ?? [], (value) => Number(value.toFixed(6)));
  return { right: feature("refer.target"), overlap: feature("refer.target.overlap"), problems: data.problems };
}

const boxes = [
  [0, 0, 0.5, 1],
  [0.1, 0, 0.6, 1],
  [0.25, 0, 0.75, 1],
];
const photo = { features: boxes.map(() => [1, 0, 0]), boxes };

describe("a region that is chosen", () => {
  test("is the one with the given index; others count as far as they overlap it", async () => {
    const { right, overlap } = await targetsOf([{ phrase: "red", photo, slot: 1 }], 'choice(photo, "slot")');
    expect(right).toEqual([0, 1, 0, -1]);
    expect(overlap).toEqual([0.666667, 1, 0.538462, 0]);
  });

  test("is right as far as it overlaps a box, from the declared overlap on", async () => {
    const row = { phrase: "red", photo, box: [0, 0, 0.5, 1] };
    const { right, overlap } = await targetsOf(
      [row, { ...row, box: { box: [0, 0, 50, 20], size: [100, 20] } }],
      'choice(photo, "box", overlap: 0.6)',
    );
    expect(overlap.slice(0, 4)).toEqual([1, 0.666667, 0.333333, 0]);
    expect(right.slice(0, 4)).toEqual([1, 0.666667, 0, -1]);
    expect(right.slice(4)).toEqual(right.slice(0, 4));
  });

  test("is one of those that a column lists", async () => {
    const row = { phrase: "red", photo, slot: 2, some: [0, 2] };
    const { right, problems } = await targetsOf([row, { ...row, slot: 1 }], 'choice(photo, "slot", among: "some")');
    expect(right).toEqual([0, -1, 1, -1]);
    expect(problems.map(({ reason }) => reason)).toEqual(["region 1 is not one of those that can be chosen"]);
  });

  test("cannot be one that the row does not have", async () => {
    const { problems } = await targetsOf(
      [
        { phrase: "red", photo, slot: 0 },
        { phrase: "red", photo, slot: 3 },
        { phrase: "red", photo, slot: [0, 0, 2, 1] },
      ],
      'choice(photo, "slot")',
    );
    expect(problems.map(({ reason }) => reason)).toEqual([
      "3 is not the index of one of 3 regions, counted from 0",
      "the box leaves the picture; boxes in pixels need the picture's `size`, its width and height",
    ]);
  });

  test("overlaps by intersection over union", () => {
    expect(overlapOf([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(1 / 3, 9);
    expect(overlapOf([0, 0, 10, 10], [3, 0, 13, 10])).toBeCloseTo(0.538462, 6);
    expect(overlapOf([0, 0, 1, 1], [2, 2, 3, 3])).toBe(0);
    expect(overlapOf([1, 1, 1, 1], [1, 1, 1, 1])).toBe(0);
  });
});

test.each([
  ["a box, by the probability of each region", 'choice(photo, "box")', "loss: binary_cross_entropy(reduction: sum)"],
  ["an index, by the softmax over the regions", 'choice(photo, "slot")', ""],
])("learns which region a phrase names, from %s", async (_, target, loss) => {
  const folder = folderOf(
    { "train.jsonl": Array.from({ length: 200 }, rowOf), "test.jsonl": Array.from({ length: 60 }, rowOf) },
    specification(target, loss),
  );
  const { results, folder: run } = await train({
    specification: join(folder, "choose.mtl"),
    runs: join(folder, "runs"),
    engine: "onnx",
    threads: 1,
    tensorboard: false,
  });
  const of = (name: string) => results.find((value) => value.name === name && value.split === "test");
  expect(of("accuracy")?.floor).toBeLessThan(0.5);
  for (const name of ["accuracy", "mean_iou", "iou_at"]) expect(of(name)?.value).toBeGreaterThan(0.95);
  const model = await load(run, { threads: 1 });
  const example = {
    words: "blue",
    photo: {
      features: [
        [0, 1, 0],
        [0, 0, 1],
      ],
      boxes: boxes.slice(0, 2),
    },
  };
  const prediction = await model.predict(example, { task: "refer" });
  expect(prediction).toMatchObject({ kind: "choice", region: 1 });
  expect(prediction.kind === "choice" && prediction.scores).toHaveLength(2);
});
