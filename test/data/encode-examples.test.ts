import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { createExampleEncoder, type ExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import type { Data } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { preprocessingFile } from "../../runtime/data/fit/preprocessing.ts";
import { allTrain, folderWith, picture, reviews, sentiment, specification, text, wholeSplit } from "./fixture.ts";

const spec = specification({
  modalities: {
    words: { ...text, tokenizer: { kind: "word_piece", size: 40 } },
    photo: picture,
    numbers: { kind: "tensor", shape: [2, 2] },
  },
  tasks: {
    sentiment: {
      ...sentiment,
      inputs: [
        { modality: "words", optional: true },
        { modality: "photo", optional: false },
        { modality: "numbers", optional: false },
      ],
    },
  },
  datasets: { reviews: { ...reviews, path: "reviews.jsonl", split: allTrain } },
});
const examples = [
  {
    words: "a picture of red",
    photo: "red.png",
    numbers: [
      [1, 2],
      [3, 4],
    ],
  },
  { photo: "red.png", numbers: "[[0.5, 0], [0, -1]]" },
];

let root: string;
let data: Data;
let encoder: ExampleEncoder;

beforeAll(async () => {
  const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  root = await folderWith({
    "red.png": png,
    "reviews.jsonl": examples.map((example, index) => JSON.stringify({ ...example, label: index })).join("\n"),
  });
  data = await openData({ specification: spec, root, cache: "none" });
  const file = join(root, "preprocessing.json");
  await preprocessingFile.write(file, data.preprocessing);
  encoder = createExampleEncoder({
    specification: spec,
    preprocessing: await preprocessingFile.read(file),
    folder: root,
  });
});

test("raw examples have the features that they have in a data set", async () => {
  const fromData = await wholeSplit(data, "sentiment", "train");
  const encoded = await encoder.encode({ pass: "sentiment", examples, size: 2 });
  for (const [name, values] of encoded.features) expect(values).toEqual(fromData.features.get(name));
  expect([...encoded.features.keys()].sort()).toEqual(
    [...fromData.features.keys()].filter((name) => name !== "sentiment.target").sort(),
  );
});

test("an empty text is a text to the task that requires it, and none to one for which it is optional, in a table as in an example", async () => {
  const other = { ...sentiment, name: "other", inputs: [{ modality: "words", optional: true }] };
  const both = specification({
    tasks: { sentiment, other },
    datasets: { reviews: { ...reviews, path: "reviews.jsonl", split: allTrain, tasks: ["sentiment", "other"] } },
  });
  const rows = [{ words: "" }, { words: "ab" }];
  const opened = await openData({
    specification: both,
    root: await folderWith({
      "reviews.jsonl": rows.map((row, label) => JSON.stringify({ ...row, label })).join("\n"),
    }),
    cache: "none",
  });
  const { preprocessing } = opened;
  const own = createExampleEncoder({ specification: both, preprocessing, folder: root });
  expect(opened.rows("sentiment", "train")).toBe(2);
  const { features } = await wholeSplit(opened, "other", "train");
  expect([...(features.get("words.present") ?? [])]).toEqual([0, 1]);
  const encoded = await own.encode({ pass: "other", examples: rows, size: 2 });
  for (const [name, values] of encoded.features) expect(values).toEqual(features.get(name));
});

test("bytes are as good as the file", async () => {
  const bytes = { ...examples[0], photo: await readFile(join(root, "red.png")) };
  const batch = await encoder.encode({ pass: "sentiment", examples: [bytes], size: 1 });
  expect(batch.features).toEqual(
    (await encoder.encode({ pass: "sentiment", examples: examples.slice(0, 1), size: 1 })).features,
  );
});

test("rows beyond the examples are padding", async () => {
  const { features, rowWeight } = await encoder.encode({ pass: "sentiment", examples: examples.slice(0, 1), size: 3 });
  expect([...rowWeight]).toEqual([1, 0, 0]);
  expect([...(features.get("words.present") ?? [])]).toEqual([1, 0, 0]);
});

describe("what cannot be used is named", () => {
  test.each<[string, { [modality: string]: unknown }, RegExp]>([
    ["a missing modality", { photo: "red.png" }, /Example 1 .* it has no numbers/],
    ["an unknown modality", { foto: "red.png" }, /Example 1 has "foto"/],
    [
      "a missing file",
      {
        photo: "blue.png",
        numbers: [
          [1, 2],
          [3, 4],
        ],
      },
      /Example 1 .* "blue.png" does not exist/,
    ],
    ["a list of another shape", { photo: "red.png", numbers: [[1, 2]] }, /has 1 element where its shape says 2/],
    [
      "what is not a number",
      {
        photo: "red.png",
        numbers: [
          [1, 2],
          [3, "four"],
        ],
      },
      /"four" is not a finite number/,
    ],
  ])("%s", async (_, example, message) => {
    const failing = encoder.encode({ pass: "sentiment", examples: [...examples.slice(0, 1), example], size: 2 });
    await expect(failing).rejects.toMatchObject({ kind: "data", message: expect.stringMatching(message) as string });
  });
});

test("preprocessing of another version is refused", async () => {
  const folder = await folderWith({ "preprocessing.json": JSON.stringify({ ...data.preprocessing, version: 2 }) });
  await expect(preprocessingFile.read(join(folder, "preprocessing.json"))).rejects.toMatchObject({
    kind: "data",
    message: expect.stringContaining("version") as string,
  });
});
