import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { generator } from "../../runtime/random/generator.ts";
import { complaints, inspect } from "../elaborate/harness.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";
import { trained } from "./trained.ts";

type Video = Extract<ResolvedModality, { kind: "video" }>;
const film: Video = { kind: "video", frames: 3, height: 2, width: 2, channels: 1, fit: "stretch", background: "white" };

/** A picture of one level of grey. */
const grey = (level: number): Promise<Uint8Array> =>
  sharp(
    Uint8Array.from({ length: 16 }, () => level),
    { raw: { width: 4, height: 4, channels: 1 } },
  )
    .png()
    .toBuffer();

async function frames(folder: string, levels: readonly number[]): Promise<Record<string, Uint8Array>> {
  return Object.fromEntries(
    await Promise.all(
      levels.map(async (level, index) => [`${folder}/frame${index + 1}.png`, await grey(level)] as const),
    ),
  );
}

function spec(presence: "required" | "optional" = "required", path = "reviews.csv"): ResolvedSpecification {
  return specification({
    modalities: { film },
    tasks: { sentiment: { ...sentiment, inputs: [{ modality: "film", optional: presence === "optional" }] } },
    datasets: { reviews: { ...reviews, path, columns: { film: "film", label: "label" }, split: allTrain } },
  });
}

describe("a video", () => {
  test("is a folder of frames in natural order, sampled evenly, or padded with a mask", async () => {
    const levels = Array.from({ length: 12 }, (_, index) => 10 * index);
    const root = await folderWith({
      ...(await frames("long", levels)),
      ...(await frames("short", [100, 200])),
      "long/notes.txt": "no frame",
      "reviews.csv": "film,label\nlong,x\nshort,y\n",
    });
    const data = await openData({ specification: spec(), root, cache: "none" });
    expect(data.problems).toEqual([]);
    const { features } = await wholeSplit(data, "sentiment", "train");
    // The middles of thirds of twelve: frames 3, 7 and 11 by number, which sort after frame1, frame10 as text.
    const expected = [20, 60, 100, 100, 200, 0].flatMap((level) => [level, level, level, level]);
    expect([...(features.get("film") ?? [])]).toEqual(expected);
    expect([...(features.get("film.mask") ?? [])]).toEqual([1, 1, 1, 1, 1, 0]);
  });

  test("may be a list of frames, and has the same features as a raw example", async () => {
    const root = await folderWith({
      ...(await frames("a", [10, 20])),
      "reviews.jsonl": '{"film":["a/frame2.png","a/frame1.png"],"label":"x"}\n{"film":"a","label":"y"}',
    });
    const data = await openData({ specification: spec("required", "reviews.jsonl"), root, cache: "none" });
    const { features } = await wholeSplit(data, "sentiment", "train");
    expect([...(features.get("film") ?? [])].filter((_, index) => index % 4 === 0)).toEqual([20, 10, 0, 10, 20, 0]);
    const encoder = createExampleEncoder({ specification: spec(), preprocessing: data.preprocessing, folder: root });
    const batch = await encoder.encode({
      pass: "sentiment",
      size: 2,
      examples: [
        { film: [await grey(20), `data:image/png;base64,${Buffer.from(await grey(10)).toString("base64")}`] },
        { film: "a" },
      ],
    });
    for (const [name, values] of batch.features) expect(values).toEqual(features.get(name));
  });

  test("that cannot be read is named, with the frame", async () => {
    const root = await folderWith({
      ...(await frames("good", [1])),
      "empty/notes.txt": "",
      "bad/1.png": await grey(1),
      "bad/2.png": "no picture",
      "reviews.jsonl": [
        "good",
        "lost",
        "empty",
        "bad",
        "good/frame1.png",
        ["good/frame1.png", "lost.png"],
        5,
        "../..",
        "",
        [],
      ]
        .map((value, index) => JSON.stringify({ film: value, label: index % 2 }))
        .join("\n"),
    });
    const data = await openData({ specification: spec("required", "reviews.jsonl"), root, cache: "none" });
    const reasons = [
      "does not exist",
      "is a folder without frames",
      "frame bad/2.png: it is not a picture",
      "is not a folder of frames",
      'frame lost.png: "lost.png" does not exist',
      "neither a folder of frames nor a list",
      "leaves the folder of the data",
      "it has no film",
    ];
    expect(data.problems.map(({ row, column, reason }) => [row, column, reason])).toEqual(
      expect.arrayContaining(
        reasons.map((reason, index) => [index + 2, "film", expect.stringContaining(reason) as string]),
      ),
    );
    // A list without frames is a value here: a video whose mask is empty.
    expect(data.rows("sentiment", "train")).toBe(2);
  });

  test("may be missing where it is optional", async () => {
    const root = await folderWith({
      ...(await frames("a", [10])),
      "reviews.jsonl": '{"film":"a","label":"x"}\n{"label":"y"}\n{"film":[],"label":"y"}',
    });
    const { features } = await wholeSplit(
      await openData({ specification: spec("optional", "reviews.jsonl"), root, cache: "none" }),
      "sentiment",
      "train",
    );
    expect([...(features.get("film.present") ?? [])]).toEqual([1, 0, 0]);
    expect([...(features.get("film.mask") ?? [])].slice(3).every((bit) => bit === 0)).toBe(true);
  });

  test("has no frame outside of the data's folder", async () => {
    const root = await folderWith({
      "data/reviews.csv": "film,label\nclip,x\nfine,y\n",
      "secret.png": await grey(1),
      ...(await frames("data/fine", [5])),
    });
    await mkdir(join(root, "data/clip"));
    await symlink(join(root, "secret.png"), join(root, "data/clip/1.png"));
    await writeFile(join(root, "data/clip/2.png"), await grey(2));
    const data = await openData({ specification: spec(), root: join(root, "data"), cache: "none" });
    expect(data.problems.map(({ row, reason }) => [row, reason])).toEqual([
      [2, expect.stringContaining("leaves the folder of the data")],
    ]);
  });
});

describe("in a specification", () => {
  const model = (rest: string): string =>
    `model m\nmodality film: video(frames: 4, height: 4, width: 6, channels: 1)\n${rest}`;

  test("a video is a volume, and tubelets of it are tokens in order of time, rows and columns", () => {
    const { shapes, run } = inspect(
      model("stream s = film\nstream a = film -> tubelets(2)\nstream b = film -> tubelets(2, frames: 2)"),
      { batch: 1 },
    );
    expect(shapes).toEqual({ s: "volume[4 × 4 × 6 × 1]", a: "tokens[24 × 4]", b: "tokens[12 × 8]" });
    const pixels = Array.from({ length: 96 }, (_, index) => 255 * index);
    const { a = [], b = [] } = run({ "feature/film": pixels, "feature/film.mask": [1, 1, 1, 1] });
    const at = (time: number, row: number, column: number): number => (time * 4 + row) * 6 + column;
    const square = (time: number, row: number, column: number): number[] => [
      at(time, row, column),
      at(time, row, column + 1),
      at(time, row + 1, column),
      at(time, row + 1, column + 1),
    ];
    const close = (actual: readonly number[], expected: readonly number[]): void =>
      expect(actual.map(Math.round)).toEqual(expected);
    close(
      a,
      [0, 1, 2, 3].flatMap((time) => [0, 2].flatMap((row) => [0, 2, 4].flatMap((column) => square(time, row, column)))),
    );
    close(
      b,
      [0, 2].flatMap((time) =>
        [0, 2].flatMap((row) =>
          [0, 2, 4].flatMap((column) => [...square(time, row, column), ...square(time + 1, row, column)]),
        ),
      ),
    );
  });

  test("a tubelet is there if one of its frames is", () => {
    const { run } = inspect(
      model(
        "stream a = mask(film -> tubelets(2))\nstream b = mask(film -> tubelets(2, frames: 2))\nstream c = mean(film -> tubelets(2, frames: 4))",
      ),
      { batch: 1 },
    );
    const { a, b, c } = run({ "feature/film.mask": [1, 1, 1, 0] });
    expect(a).toEqual([...Array.from({ length: 18 }, () => 1), ...Array.from({ length: 6 }, () => 0)]);
    expect(b).toEqual(Array.from({ length: 12 }, () => 1));
    expect(c).toHaveLength(16);
    expect(run({ "feature/film.mask": [1, 1, 0, 0] }).b).toEqual(
      Array.from({ length: 12 }, (_, index) => (index < 6 ? 1 : 0)),
    );
  });

  test.each(["film -> tubelets(4)", "film -> tubelets(2, frames: 3)", "film -> patches(2)", "film -> mean"])(
    "a video does not fit: %s",
    (expression) => {
      expect(
        complaints(model(`task t { from: mean(${expression})  head: linear(1)  target: number("y") }`)),
      ).toHaveLength(1);
    },
  );
});

test("a model of videos learns whether they are bright, and takes nothing beyond their end for dark", async () => {
  const random = generator(1, "films");
  const levels = (bright: boolean): number[] =>
    Array.from({ length: 1 + random.below(6) }, () => (bright ? 130 : 30) + random.below(90));
  const files: Record<string, Uint8Array> = {};
  const lines: string[] = [];
  for (let row = 0; row < 80; row++) {
    Object.assign(files, await frames(`clips/${row}`, levels(row % 2 === 0)));
    lines.push(`clips/${row},${row % 2 === 0 ? "day" : "night"}`);
  }
  const { value, predict } = await trained(
    `model films
modality film: video(frames: 4, height: 2, width: 2, channels: 1)
stream seen = film -> tubelets(2) -> linear(16) -> positions -> transformer(layers: 1, heads: 2, dropout: 0%)
task light { from: mean(seen)  head: norm -> linear(2)  target: category("light", classes: 2) }
dataset clips { path: "clips.csv"  columns: { film: "folder" }  split: { train: 75%, validation: 25%, test: 0% }  tasks: [light] }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 8  epochs: 10 }
`,
    { "clips.csv": `folder,light\n${lines.join("\n")}`, ...files },
  );
  expect(value("accuracy")).toBeGreaterThan(0.85);
  expect(
    await predict("light", [
      { film: [await grey(200)] },
      { film: [await grey(200), await grey(180), await grey(190), await grey(200)] },
      { film: [await grey(40)] },
    ]),
  ).toEqual(["day", "day", "night"]);
});
