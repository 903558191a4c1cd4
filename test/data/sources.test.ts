import {
  columnFromArray,
  float32,
  fixedSizeList,
  int64,
  tableFromArrays,
  tableFromColumns,
  tableToIPC,
} from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { decompressLz4Frame } from "../../runtime/data/tables/lz4-frame.ts";
import { readTable } from "../../runtime/data/tables/read-table.ts";
import { allTrain, folderWith, picture, reviews, sentiment, specification, text, wholeSplit } from "./fixture.ts";

const rows = [
  { words: "good", label: "yes", stars: 5 },
  { words: 'so "so"', label: "no", stars: 3 },
  { words: "bäd", label: "no", stars: 1 },
];
const trained: ResolvedDataset = { ...reviews, split: allTrain };
const csv = 'words,label,stars\ngood,yes,5\n"so ""so""",no,3\nbäd,no,1\n';
const column = <Name extends keyof (typeof rows)[0]>(name: Name) => rows.map((row) => row[name]);

function parquet(): Uint8Array {
  const columnData = [
    { name: "words", data: column("words"), type: "STRING" as const },
    { name: "label", data: column("label"), type: "STRING" as const },
    { name: "stars", data: column("stars").map(BigInt), type: "INT64" as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, codec: "SNAPPY" }));
}

function arrow(format: "file" | "stream"): Uint8Array {
  return (
    tableToIPC(
      tableFromArrays(
        { words: column("words"), label: column("label"), stars: column("stars").map(BigInt) },
        { types: { stars: int64() } },
      ),
      { format },
    ) ?? new Uint8Array()
  );
}

describe("a table", () => {
  test("is the same from every format, packed or not", async () => {
    const jsonl = rows.map((row) => JSON.stringify(row)).join("\n");
    const files = {
      "a.jsonl": jsonl,
      "a.jsonl.gz": gzipSync(jsonl),
      "a.parquet": parquet(),
      "a.arrow": arrow("file"),
      "a.arrows": arrow("stream"),
      "a.FEATHER": arrow("file"),
    };
    const root = await folderWith(files);
    for (const name of Object.keys(files)) {
      const table = await readTable({ path: `${root}/${name}`, name });
      expect(table.columns, name).toEqual(["words", "label", "stars"]);
      expect(
        table.rows.map(({ values }) => values),
        name,
      ).toEqual(rows);
      expect(
        table.rows.map(({ row }) => row),
        name,
      ).toEqual([1, 2, 3]);
    }
    const zipped = await readTable({
      path: `${await folderWith({ "a.csv.gz": gzipSync(csv) })}/a.csv.gz`,
      name: "a.csv.gz",
    });
    expect(zipped.rows.map(({ values }) => values)).toEqual(rows.map((row) => ({ ...row, stars: String(row.stars) })));
  });

  test.each([
    ["a.parquet", "Parquet"],
    ["a.arrow", "Arrow"],
    ["a-idx3-ubyte", "IDX"],
    ["a.csv.gz", "unpacked"],
    ["a.xlsx", "not supported"],
  ])("%s that is none is refused by its name", async (name, said) => {
    const root = await folderWith({ [name]: "PAR1 nothing of the kind, but long enough to be looked at" });
    await expect(readTable({ path: `${root}/${name}`, name })).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(new RegExp(`^${name}.*${said}`)) as unknown,
    });
  });

  test("of columns has lists for lists, bytes for bytes, and text for what a number cannot hold", async () => {
    const bytes = [Uint8Array.of(0xff, 0xd8), Uint8Array.of(1)];
    const big = [2n ** 60n, 7n];
    const files = {
      "a.parquet": new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: "photo", data: bytes, type: "BYTE_ARRAY" },
            { name: "id", data: big, type: "INT64" },
            { name: "day", data: [new Date(0), new Date(86400000)], type: "TIMESTAMP" },
          ],
        }),
      ),
      "b.arrow":
        tableToIPC(
          tableFromColumns({
            at: columnFromArray(
              [
                [1, 2],
                [3, 4],
              ],
              fixedSizeList(float32(), 2),
            ),
            id: columnFromArray(big, int64()),
          }),
          {},
        ) ?? "",
    };
    const root = await folderWith(files);
    const first = await readTable({ path: `${root}/a.parquet`, name: "a.parquet" });
    expect(first.rows.map(({ values }) => values)).toEqual([
      { photo: bytes[0], id: String(2n ** 60n), day: "1970-01-01T00:00:00.000Z" },
      { photo: bytes[1], id: 7, day: "1970-01-02T00:00:00.000Z" },
    ]);
    const second = await readTable({ path: `${root}/b.arrow`, name: "b.arrow" });
    expect(second.rows.map(({ values }) => values)).toEqual([
      { at: [1, 2], id: String(2n ** 60n) },
      { at: [3, 4], id: 7 },
    ]);
  });
});

test("an LZ4 frame is unpacked, with blocks that refer to earlier ones and blocks that are not packed", () => {
  const word = (size: number) => [size & 255, (size >> 8) & 255, 0, 0];
  // Flags: version 1, linked blocks. "abc", nine bytes from three back, "hello"; then five from five back, and "world".
  const first = [0x35, ...Buffer.from("abc"), 3, 0, 0x50, ...Buffer.from("hello")];
  const second = [0x01, 5, 0, 0x50, ...Buffer.from("world")];
  const frame = Uint8Array.from([
    0x04,
    0x22,
    0x4d,
    0x18,
    0x40,
    0x40,
    0,
    ...word(first.length),
    ...first,
    ...word(second.length),
    ...second,
    1,
    0,
    0,
    0x80,
    0x21,
    0,
    0,
    0,
    0,
  ]);
  expect(Buffer.from(decompressLz4Frame(frame)).toString()).toBe("abcabcabcabchellohelloworld!");
  expect(() => decompressLz4Frame(frame.subarray(0, 14))).toThrow(/cut short|Offset/);
});

/** Two pictures of 2 × 3, as MNIST's files have them. */
const pixels = [0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255];
const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...pixels]);
const labels = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 2, 7, 4]);

describe("IDX", () => {
  const digit: ResolvedTask = {
    ...sentiment,
    name: "digit",
    target: { kind: "category", column: "label", classes: 10 },
    inputs: [{ modality: "image", optional: false }],
  };
  const digits = (path: ResolvedDataset["path"]): ResolvedDataset => ({
    ...trained,
    name: "digits",
    path,
    columns: {},
    tasks: ["digit"],
  });

  test("gives pictures and, from the file beside it, their labels", async () => {
    const root = await folderWith({
      "t10k-images-idx3-ubyte.gz": gzipSync(images),
      "t10k-labels-idx1-ubyte.gz": gzipSync(labels),
    });
    const data = await openData({
      specification: specification({
        modalities: { image: { ...picture, height: 2, width: 3, channels: 1 } },
        tasks: { digit },
        datasets: { digits: digits("t10k-images-idx3-ubyte.gz") },
      }),
      root,
      cache: "none",
    });
    const { features } = await wholeSplit(data, "digit", "train");
    expect([...(features.get("image") ?? [])]).toEqual(pixels);
    expect(data.preprocessing.classes["digit"]).toEqual(["4", "7"]);
    expect([...(features.get("digit.target") ?? [])]).toEqual([1, 0]);
  });

  test("gives tensors of its shape, and names a row of another", async () => {
    const root = await folderWith({ "images.idx": images, "labels.idx": labels });
    const open = (shape: readonly number[]) =>
      openData({
        specification: specification({
          modalities: { image: { kind: "tensor", shape } },
          tasks: { digit },
          datasets: { digits: digits("images.idx") },
        }),
        root,
        cache: "none",
      });
    expect([...((await wholeSplit(await open([2, 3, 1]), "digit", "train")).features.get("image") ?? [])]).toEqual(
      pixels,
    );
    await expect(open([3, 2])).rejects.toThrow('images.idx:1: column "image": it is 2 × 3 where its shape says 3 × 2');
  });

  test("with another number of labels is refused", async () => {
    const root = await folderWith({ "images.idx": images, "labels.idx": Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 1, 7]) });
    await expect(readTable({ path: `${root}/images.idx`, name: "images.idx" })).rejects.toThrow(
      "images.idx has 2 images, but labels.idx has 1 label.",
    );
  });
});

describe("a folder of classes", () => {
  const animal: ResolvedTask = {
    ...sentiment,
    name: "animal",
    target: { kind: "category", column: "class", classes: 2 },
    inputs: [{ modality: "photo", optional: false }],
  };
  const photos: ResolvedDataset = {
    ...trained,
    name: "photos",
    path: "data/photos",
    columns: { photo: "file" },
    tasks: ["animal"],
  };

  test("gives the files of each with its name; what is beside them is a bad row, hidden files are nothing", async () => {
    const png = (value: number) =>
      sharp({ create: { width: 6, height: 4, channels: 3, background: { r: value, g: 0, b: 0 } } })
        .png()
        .toBuffer();
    const root = await folderWith({
      "data/photos/cat/1.png": await png(10),
      "data/photos/cat/more/2.png": await png(20),
      "data/photos/dog/1.png": await png(30),
      "data/photos/notes.txt": "x",
      "data/photos/.hidden": "x",
      "data/photos/dog/.hidden": "x",
    });
    const data = await openData({
      specification: specification({ modalities: { photo: picture }, tasks: { animal }, datasets: { photos } }),
      root,
      cache: "none",
    });
    const { features } = await wholeSplit(data, "animal", "train");
    const reds = [...(features.get("photo") ?? [])].filter((_, index) => index % (4 * 6 * 3) === 0);
    expect([reds, [...(features.get("animal.target") ?? [])]]).toEqual([
      [10, 20, 30],
      [0, 0, 1],
    ]);
    expect(data.problems).toEqual([
      {
        file: "data/photos",
        row: 4,
        path: "data/photos/notes.txt",
        column: "file",
        reason: '"notes.txt" is in no folder of a class',
      },
    ]);
  });

  test("without classes is refused", async () => {
    const root = await folderWith({ "data/photos/1.png": "x" });
    await expect(readTable({ path: `${root}/data/photos`, name: "data/photos" })).rejects.toThrow(
      "The folder data/photos has no classes",
    );
  });
});

describe("a pattern", () => {
  const open = async (path: ResolvedDataset["path"], files: Parameters<typeof folderWith>[0]) =>
    openData({
      specification: specification({ modalities: { words: text }, datasets: { reviews: { ...trained, path } } }),
      root: await folderWith(files),
      cache: "none",
    });

  test("reads every file that it matches, in order of their names, each by its format", async () => {
    const data = await open("parts/*.{csv,parquet}", {
      "parts/b.csv": csv,
      "parts/a.parquet": parquet(),
      "parts/c.txt": "no table",
    });
    const { keys } = await wholeSplit(data, "sentiment", "train");
    expect(keys).toEqual([
      "reviews/parts/a.parquet:1",
      "reviews/parts/a.parquet:2",
      "reviews/parts/a.parquet:3",
      "reviews/parts/b.csv:2",
      "reviews/parts/b.csv:3",
      "reviews/parts/b.csv:4",
    ]);
  });

  test("that is a file's name is that file, and one that matches nothing is refused", async () => {
    const data = await open("rows[1].csv", { "rows[1].csv": csv, "rows1.csv": "other\n1\n" });
    expect(data.rows("sentiment", "train")).toBe(3);
    await expect(open("parts/*.csv", { "a.csv": csv })).rejects.toThrow('No file matches "parts/*.csv"');
  });

  test("may not leave the folder of the data", async () => {
    const outside = await folderWith({ "secret.csv": csv, "inside/model.mtl": "" });
    const spec = specification({ datasets: { reviews: { ...trained, path: "../*.csv" } } });
    await expect(openData({ specification: spec, root: `${outside}/inside`, cache: "none" })).rejects.toThrow(
      "leaves the folder of the data",
    );
  });
});
