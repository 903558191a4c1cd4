import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { openFeatureCache } from "../../runtime/data/cache/feature-cache.ts";
import { featureBytes, featureStore } from "../../runtime/data/columns/feature-store.ts";
import type { FeatureReader } from "../../runtime/data/features/feature-reader.ts";
import { DatasetRows } from "../../runtime/data/rows/dataset-rows.ts";
import { ModalityColumn } from "../../runtime/data/columns/modality-column.ts";
import { folderWith } from "./fixture.ts";

interface ColumnSettings {
  readonly folder: string;
  readonly values: readonly string[];
  /** Numbers of a value; as many bytes again are the mask. */
  readonly length?: number;
  readonly memoryBytes?: number;
  readonly onStep?: () => void;
}

/** A column whose values are "decoded" from their own text: `7` gives 7, 7, …; `decoded` counts how often. */
async function columnOf({ folder, values, length = 8, memoryBytes = 2 ** 20, onStep }: ColumnSettings) {
  const decoded: string[] = [];
  const features = [
    { name: "x", dtype: "float32", shape: [length] },
    { name: "x.mask", dtype: "uint8", shape: [length] },
  ] as const;
  const reader: FeatureReader<string> = {
    features,
    kind: "direct",
    isMissing: (value) => value === undefined,
    parse: String,
    encode: (parsed, [numbers, mask]) => {
      decoded.push(parsed);
      numbers?.fill(Number(parsed));
      mask?.fill(1);
      onStep?.();
    },
    decoding: {
      version: "1",
      async *content(parsed) {
        yield await Promise.resolve(Buffer.from(parsed));
      },
    },
  };
  const references = (): Promise<string> => Promise.reject(new Error("no files"));
  const rows = new DatasetRows(new Set(["x"]));
  rows.begin({ file: "x.csv", references, files: [] });
  for (const [index, x] of values.entries()) rows.append({ row: index + 1, split: "train", weight: 1 }, { x });
  const nothing = (): never => {
    throw new Error("nothing is fitted");
  };
  const column = new ModalityColumn({
    reader,
    field: { modality: "x", presences: ["required"], columns: ["x"], naming: "own", files: [] },
    rows,
    values: { of: (row) => rows.cell(row, "x"), content: undefined, pathLike: [] },
    cache: await openFeatureCache(
      folder,
      features.reduce((sum, feature) => sum + featureBytes(feature), 0),
    ),
    fitted: { encodingOf: nothing, categoriesOf: nothing },
    memoryBytes,
    onProgress: undefined,
  });
  await column.encode();
  const numbers = async (row: number): Promise<readonly number[]> => {
    const store = featureStore(features, 1);
    await column.copy(row, store, 0);
    return [...new Set([...(store.columns[0] ?? []), (store.columns[1]?.at(-1) ?? 0) * 1000])];
  };
  return { column, decoded, numbers };
}

const values = Array.from({ length: 20 }, (_, index) => String(index + 2));
const segmentsIn = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.endsWith(".segment")).map((name) => join(folder, name));

describe("decoded values", () => {
  test("are decoded once: a second run reads them, and decodes what is new", async () => {
    const folder = await folderWith({});
    expect((await columnOf({ folder, values })).decoded).toEqual(values);
    const second = await columnOf({ folder, values: [...values, "99"] });
    expect(second.decoded).toEqual(["99"]);
    expect([await second.numbers(0), await second.numbers(19), await second.numbers(20)]).toEqual([
      [2, 1000],
      [21, 1000],
      [99, 1000],
    ]);
  });

  test("that memory cannot hold are read from disk, not decoded again", async () => {
    const bytes = 8 * 5;
    const { decoded, numbers, column } = await columnOf({
      folder: await folderWith({}),
      values,
      memoryBytes: 3 * bytes,
    });
    const all = [];
    for (const row of values.keys()) all.push(await numbers(row));
    expect(all).toEqual(values.map((value) => [Number(value), 1000]));
    expect(decoded).toEqual(values);
    await column.close();
  });

  test("that are damaged on disk are decoded again and replaced, and the others are not", async () => {
    const folder = await folderWith({});
    await columnOf({ folder, values });
    const [segment = ""] = await segmentsIn(folder);
    const content = await readFile(segment);
    // In the third entry: each is 8 numbers, 8 bytes of mask and a checksum.
    content.writeUInt8(content.readUInt8(2 * 44 + 5) ^ 1, 2 * 44 + 5);
    await writeFile(segment, content);
    const repaired = await columnOf({ folder, values });
    expect(repaired.decoded).toEqual(["4"]);
    expect(await repaired.numbers(2)).toEqual([4, 1000]);
    expect((await columnOf({ folder, values })).decoded).toEqual([]);
  });

  test("whose file is cut short, or is another kind of file, are decoded again", async () => {
    for (const damaged of [
      (content: Buffer) => content.subarray(0, -1),
      (content: Buffer) => content.subarray(0, 10),
      () => Buffer.from("something else, long enough to have a trailer"),
    ]) {
      const folder = await folderWith({});
      await columnOf({ folder, values });
      for (const segment of await segmentsIn(folder)) await writeFile(segment, damaged(await readFile(segment)));
      expect((await columnOf({ folder, values })).decoded).toEqual(values);
      expect((await columnOf({ folder, values })).decoded).toEqual([]);
    }
  });

  test("of several writers at once are all found, and nothing half-written is left", async () => {
    const folder = await folderWith({});
    const parts = [values, values.slice(5), ["50", ...values], values.toReversed()];
    await Promise.all(parts.map((part) => columnOf({ folder, values: part })));
    expect((await columnOf({ folder, values: ["50", ...values] })).decoded).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("are there all the same where the disk cannot be written", async () => {
    const folder = join(await folderWith({ file: "" }), "file", "below");
    const { decoded, numbers } = await columnOf({ folder, values, memoryBytes: 0 });
    expect(await numbers(3)).toEqual([5, 1000]);
    expect(decoded).toEqual([...values, "5"]);
  });
});

test("memory stays within its bound, however much is decoded and read", async () => {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  const mebibyte = 2 ** 20;
  const length = mebibyte / 16;
  let most = 0;
  let steps = 0;
  const look = (): void => {
    if (steps++ % 4 !== 0) return;
    collect();
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  };
  look();
  const before = most;
  // 240 values of 5/16 MiB each, of which memory may keep 4 MiB.
  const many = Array.from({ length: 240 }, (_, index) => String(index));
  const { numbers, column } = await columnOf({
    folder: await folderWith({}),
    values: many,
    length,
    memoryBytes: 4 * mebibyte,
    onStep: look,
  });
  for (const row of many.keys()) {
    expect(await numbers(row)).toEqual([row, 1000]);
    look();
  }
  await column.close();
  // The rest is garbage that was allocated since the last measurement.
  expect((most - before) / mebibyte).toBeLessThan(24);
});
