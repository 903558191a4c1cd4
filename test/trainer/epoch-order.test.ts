import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BatchSupply } from "../../runtime/train/supply/batch-supply.ts";
import { orderOfEpoch } from "../../runtime/train/supply/epoch-order.ts";

const settings = { seed: 5, stage: "fit", task: "kind", rows: 1000, batch: 8 };
const whole = (rows: number, window: number | undefined, epoch = 0): readonly number[] =>
  orderOfEpoch({ ...settings, rows, window }, epoch).slice(0, rows);
const ascending = (rows: readonly number[]): readonly number[] => rows.toSorted((one, other) => one - other);

test("with any window, each row comes once an epoch, and an epoch can be begun anywhere", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 500 }),
      fc.nat(400),
      fc.nat(400),
      (rows, window, start, count) => {
        const all = whole(rows, window);
        expect(ascending(all)).toEqual([...all.keys()]);
        const order = orderOfEpoch({ ...settings, rows, window }, 0);
        expect(order.slice(start, start + count)).toEqual(all.slice(start, start + count));
      },
    ),
  );
});

test("a window that all rows fit changes nothing", () => {
  expect(whole(1000, 1000)).toEqual(whole(1000, undefined));
  expect(whole(1000, 1e9)).toEqual(whole(1000, undefined));
});

test("a window is sixteen stretches of the split in random order, other ones each epoch", () => {
  const windows = [0, 1].map((epoch) => ascending(whole(1000, 160, epoch).slice(0, 160)));
  for (const rows of windows) {
    const starts = rows.filter((row, index) => row !== (rows[index - 1] ?? Number.NaN) + 1);
    expect(starts.every((row) => row % 10 === 0)).toBe(true);
    expect(starts.length).toBeGreaterThan(8);
    expect(new Set(rows.map((row) => Math.floor(row / 10))).size).toBe(16);
  }
  expect(windows[0]).not.toEqual(windows[1]);
  const first = whole(1000, 160).slice(0, 160);
  expect(first).not.toEqual(ascending(first));
});

test("with length buckets, batches of a window have rows of one bucket, and only an epoch's last batch is short", () => {
  const ofRow = (row: number): number => (row % 5 === 0 ? 1 : 0);
  const supply = new BatchSupply({
    ...settings,
    rows: 203,
    accumulate: 1,
    window: 60,
    buckets: { lengths: [{ words: 4 }, {}], tokens: [4, 16], ofRow },
  });
  const batches = Array.from({ length: 26 }, () => supply.next().batches[0] ?? []);
  expect(batches.map(({ length }) => length)).toEqual([...Array.from({ length: 25 }, () => 8), 3]);
  expect(ascending(batches.flat())).toEqual([...batches.flat().keys()]);
  // A window of 64 rows has a batch at most in which rows of both buckets are together.
  expect(batches.filter((rows) => new Set(rows.map(ofRow)).size > 1).length).toBeLessThanOrEqual(4);
});
