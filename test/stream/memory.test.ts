import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { splitNames } from "../../runtime/data/data.ts";
import { pageBytes } from "../../runtime/data/lists/page-pool.ts";
import { loadData } from "../../runtime/data/load-data.ts";
import { closeDatasets } from "../../runtime/data/columns/loaded-dataset.ts";
import { type OpenedData, openData } from "../../runtime/data/open-data.ts";
import { generator } from "../../runtime/random/generator.ts";
import { folderWith } from "../data/fixture.ts";
import { formats, streamed } from "./tables.ts";

/** The least memory that lists work with, a tenth of what the rows take. */
const memory = 16 * pageBytes;

/** Everything that a training takes of data: its batches in some order, and what was learnt, found and said. */
async function contentsOf(data: OpenedData): Promise<unknown> {
  const batches = [];
  for (const task of ["sentiment", "worth"])
    for (const split of splitNames) {
      const order = [...generator(3, "order", task, split).permutation(data.rows(task, split))];
      for (let start = 0; start < order.length; start += 64) {
        const rows = order.slice(start, start + 64);
        const draw = { seed: 1, stage: "fit", epoch: 0 };
        batches.push(await data.batch({ task, split, rows, size: 64, ...(split === "train" ? { draw } : {}) }));
        batches.push(data.tokens({ task, split, row: rows[0] ?? 0 }));
      }
      batches.push(await data.source({ task, split, row: order[0] ?? 0 }));
    }
  const { preprocessing, problems, contents, notes, warnings } = data;
  return { batches, preprocessing, problems, contents, notes, warnings, leaks: data.leaks() };
}

describe.each(Object.keys(formats))("%s", (file) => {
  let root: string;
  let inMemory: unknown;
  beforeAll(async () => {
    root = await folderWith({ [file]: formats[file]?.() ?? "" });
    const whole = await openData({ specification: streamed(file), root, cache: "none" });
    inMemory = await contentsOf(whole);
    await whole.close();
  });

  test("all that training takes is the same where memory holds a part of the rows", async () => {
    const part = await openData({ specification: streamed(file, { memory }), root, cache: { folder: root } });
    // Batches are long: where they differ, nobody would read how.
    expect(isDeepStrictEqual(await contentsOf(part), inMemory)).toBe(true);
    await part.close();
  });
});

test("no more bytes are in memory than are declared, however many there are", async () => {
  const root = await folderWith({ "rows.csv": formats["rows.csv"]?.() ?? "" });
  const declared = 32 * pageBytes;
  const { datasets } = await loadData({ specification: streamed("rows.csv", { memory: declared }), root });
  const paged = datasets[0]?.paged;
  expect(paged?.fileBytes).toBeGreaterThan(1.5 * declared);
  expect((paged?.heldBytes ?? Infinity) + 2 * (paged?.countingBytes ?? 0)).toBeLessThanOrEqual(declared);
  await closeDatasets(datasets);
});
