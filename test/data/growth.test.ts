import { float32, fixedSizeList, columnFromArray, tableFromColumns, tableToIPC } from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { InputDigests } from "../../runtime/data/stats/input-digests.ts";
import { RowsByDigest } from "../../runtime/data/stats/rows-by-digest.ts";
import { findLeaks } from "../../runtime/data/stats/leaks.ts";
import { loadData } from "../../runtime/data/load-data.ts";
import { type FileAccess, nodeFiles } from "../../runtime/data/tables/file-access.ts";
import { streamTable } from "../../runtime/data/tables/read-table.ts";
import { vi } from "vitest";
import { folderWith, reviews, specification, text } from "./fixture.ts";

/**
 * The work of reading a table: bytes read, bytes of the buffers that cells refer to (which a decoder or another thread
 * copies with them), and cells.
 */
interface Work {
  read: number;
  held: number;
  cells: number;
}

function countingFiles(work: Work): FileAccess {
  return {
    stream: async (path) => counted(await nodeFiles.stream(path), work),
    ranges: async (path) => {
      const ranges = await nodeFiles.ranges(path);
      return {
        byteLength: ranges.byteLength,
        slice: async (start, end) => {
          const bytes = await ranges.slice(start, end);
          work.read += bytes.byteLength;
          return bytes;
        },
      };
    },
  };
}

async function* counted(pieces: AsyncIterable<Uint8Array>, work: Work): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    work.read += piece.length;
    yield piece;
  }
}

async function workOf(name: string, files: Record<string, string | Uint8Array>): Promise<Work> {
  const work: Work = { read: 0, held: 0, cells: 0 };
  const root = await folderWith(files);
  await streamTable(
    { path: `${root}/${name}`, name, access: countingFiles(work) },
    {
      columns: () => {},
      problem: () => {},
      row: (_, values) => {
        for (const value of Object.values(values)) {
          work.cells += 1;
          work.held += heldBy(value);
        }
      },
    },
  );
  return work;
}

function heldBy(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.buffer.byteLength;
  if (typeof value === "string") return value.length;
  return typeof value === "object" && value !== null
    ? Object.values(value).reduce((sum: number, part) => sum + heldBy(part), 0)
    : 8;
}

const words = (row: number): string => `some words ${row % 97}`;
const list = <Value>(rows: number, make: (row: number) => Value): Value[] =>
  Array.from({ length: rows }, (_, row) => make(row));
const csv = (rows: number): string => `words,label\n${list(rows, (row) => `"${words(row)}",${row % 7}`).join("\n")}\n`;
const jsonl = (rows: number): string =>
  list(rows, (row) => JSON.stringify({ words: words(row), label: row % 7 })).join("\n");
const size = (rows: number): number[] => [rows >>> 24, (rows >>> 16) & 255, (rows >>> 8) & 255, rows & 255];
const idx = (rows: number): Uint8Array =>
  Uint8Array.from([0, 0, 8, 3, ...size(rows), ...size(8), ...size(8), ...list(rows * 64, (at) => at % 256)]);
const bytes = (row: number): Uint8Array => Uint8Array.from({ length: 40 }, (_, at) => (at * row) % 256);
const parquet = (rows: number): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "photo", data: list(rows, bytes), type: "BYTE_ARRAY" },
        { name: "label", data: list(rows, (row) => row % 7), type: "INT32" },
      ],
      codec: "SNAPPY",
      rowGroupSize: 100,
    }),
  );
const arrow = (rows: number): Uint8Array =>
  tableToIPC(
    tableFromColumns({
      at: columnFromArray(
        list(rows, (row) => [row, 2 * row]),
        fixedSizeList(float32(), 2),
      ),
    }),
    {},
  ) ?? new Uint8Array();

const formats: { readonly [name: string]: (rows: number) => Record<string, string | Uint8Array> } = {
  "a.csv": (rows) => ({ "a.csv": csv(rows) }),
  "a.tsv": (rows) => ({ "a.tsv": csv(rows).replaceAll(",", "\t") }),
  "a.csv.gz": (rows) => ({ "a.csv.gz": gzipSync(csv(rows)) }),
  "a.jsonl": (rows) => ({ "a.jsonl": jsonl(rows) }),
  "a.json": (rows) => ({ "a.json": `[${jsonl(rows).replaceAll("\n", ",")}]` }),
  "a.parquet": (rows) => ({ "a.parquet": parquet(rows) }),
  "a.arrow": (rows) => ({ "a.arrow": arrow(rows) }),
  "a-images-idx3-ubyte": (rows) => ({
    "a-images-idx3-ubyte": idx(rows),
    "a-labels-idx1-ubyte": Uint8Array.from([0, 0, 8, 1, ...size(rows), ...list(rows, (row) => row % 7)]),
  }),
  "a-images-idx3-ubyte.gz": (rows) => ({ "a-images-idx3-ubyte.gz": gzipSync(idx(rows)) }),
  photos: (rows) => Object.fromEntries(list(rows / 10, (row) => [`photos/${row % 7}/${row}.txt`, words(row)])),
};

const [few, many] = [500, 2000];
const most = 4.5;

describe("four times the rows", () => {
  test.each(Object.entries(formats))("of %s take no more than four and a half times the work", async (name, make) => {
    const [less, more] = [await workOf(name, make(few)), await workOf(name, make(many))];
    expect(less.cells).toBeGreaterThan(0);
    for (const kind of ["read", "held", "cells"] as const)
      expect(more[kind], kind).toBeLessThanOrEqual(most * less[kind]);
  });

  test("that differ in case alone are compared as often for leaks", async () => {
    const compared = vi.spyOn(InputDigests.prototype, "areSame");
    const digested = vi.spyOn(InputDigests.prototype, "of");
    const looked = vi.spyOn(RowsByDigest.prototype, "find");
    const workFor = async (rows: number): Promise<number> => {
      for (const spy of [compared, digested, looked]) spy.mockClear();
      const cased = (row: number): string =>
        "abcdefghijklmnop"
          .split("")
          .map((letter, bit) => ((row >> bit) & 1 ? letter.toUpperCase() : letter))
          .join("");
      const root = await folderWith({
        "reviews.csv": `words,label\n${list(rows, (row) => `${cased(row)},${row % 2}`).join("\n")}\n`,
      });
      const specified = specification({
        modalities: { words: { ...text, tokenizer: { kind: "bytes", size: 262 } } },
        datasets: { reviews },
      });
      expect(
        findLeaks(specified, await loadData({ specification: specified, root, cache: "none" })).map(({ same }) => same),
      ).toEqual(["text", "text"]);
      return compared.mock.calls.length + digested.mock.calls.length + looked.mock.calls.length;
    };
    const [less, more] = [await workFor(few), await workFor(many)];
    expect(more).toBeLessThanOrEqual(most * less);
    vi.restoreAllMocks();
  });
});
