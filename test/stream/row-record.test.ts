import { expect, test } from "vitest";
import { NumberGrid } from "../../runtime/data/cells/number-grid.ts";
import { PagedMemory } from "../../runtime/data/lists/list-memory.ts";
import { RecordStore } from "../../runtime/data/rows/record-store.ts";
import { folderWith } from "../data/fixture.ts";

const cells: { readonly [column: string]: unknown } = {
  nothing: null,
  yes: true,
  no: false,
  negative: -0,
  undefined: Number.NaN,
  plain: "two words",
  "half of a pair": "\ud83d ö",
  numbers: [1, -0, Number.NaN, 2 ** 60],
  none: [],
  nested: [[1, 2], ["a", null, [true]], { key: [3] }],
  object: { a: [1, { b: "x" }] },
  bytes: new Uint8Array([1, 2, 3]),
  grid: new NumberGrid([2, 1], Uint8Array.of(7, 8)),
  long: "x".repeat(100_000),
};

test("a row in a file has the cells that were appended, in whatever order they are asked for", async () => {
  const memory = new PagedMemory(await folderWith({}), 0);
  const store = new RecordStore("all", memory);
  const columns = Object.keys(cells);
  store.append({ row: 1, split: "train", weight: 1 }, 0, cells);
  store.append({ row: 7, split: "test", weight: 0.5 }, 2, { bytes: Uint8Array.of(9), plain: "other" });
  const read = columns.map((column) => [column, store.cell(0, column)] as const);
  // The buffer of a record is reused for the next one.
  expect([store.cell(1, "bytes"), store.number(1), store.weight(1), store.source(1), store.split(1)]).toEqual([
    Uint8Array.of(9),
    7,
    0.5,
    2,
    "test",
  ]);
  expect(Object.fromEntries(read)).toStrictEqual(cells);
  for (const column of columns.toReversed()) expect(store.cell(0, column)).toStrictEqual(cells[column]);
  expect([store.cell(1, "grid"), store.cell(1, "unknown")]).toEqual([undefined, undefined]);
  memory.close();
});
