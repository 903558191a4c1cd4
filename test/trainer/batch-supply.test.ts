import { describe, expect, test } from "vitest";
import { BatchSupply, type SupplySettings } from "../../runtime/train/supply/batch-supply.ts";

const settings: SupplySettings = { seed: 1, stage: "fit", task: "digit", rows: 23, batch: 4, accumulate: 1 };

function epochOf(supply: BatchSupply, steps: number) {
  const supplied = Array.from({ length: steps }, () => supply.next());
  return { epochs: supplied.map((step) => step.epoch), batches: supplied.flatMap((step) => step.batches) };
}

test("an epoch has every row once, the last batch short", () => {
  const { epochs, batches } = epochOf(new BatchSupply(settings), 6);
  expect(epochs).toEqual([0, 0, 0, 0, 0, 0]);
  expect(batches.map((batch) => batch.length)).toEqual([4, 4, 4, 4, 4, 3]);
  expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, row) => row));
});

test("each epoch has an order of its own", () => {
  const supply = new BatchSupply(settings);
  const first = epochOf(supply, 6);
  const second = epochOf(supply, 6);
  expect(second.epochs).toEqual([1, 1, 1, 1, 1, 1]);
  expect(second.batches.flat()).not.toEqual(first.batches.flat());
});

test("accumulated batches are the same rows, in steps that end with the epoch", () => {
  const single = epochOf(new BatchSupply(settings), 6);
  const supply = new BatchSupply({ ...settings, accumulate: 4 });
  const steps = [supply.next(), supply.next()];
  expect(steps.map((step) => step.batches.length)).toEqual([4, 2]);
  expect(steps.flatMap((step) => step.batches)).toEqual(single.batches);
  expect(supply.next().epoch).toBe(1);
});

test("the order depends on seed, stage and task", () => {
  const orders = [
    settings,
    { ...settings, seed: 2 },
    { ...settings, stage: "tune" },
    { ...settings, task: "parity" },
  ].map((each) => epochOf(new BatchSupply(each), 6).batches.flat().join());
  expect(new Set(orders).size).toBe(orders.length);
});

test("goes on exactly as before after a restore anywhere", () => {
  for (let steps = 0; steps < 15; steps++) {
    const first = new BatchSupply(settings);
    epochOf(first, steps);
    const second = new BatchSupply(settings);
    second.restore(first.state());
    expect(epochOf(second, 20)).toEqual(epochOf(first, 20));
  }
});

describe("rows of three lengths", () => {
  // Nine short ones, eight longer ones, six of the full length, in no order.
  const ofRow = Uint8Array.from({ length: 23 }, (_, row) => ((row * 7) % 23 < 9 ? 0 : (row * 7) % 23 < 17 ? 1 : 2));
  const grouped: SupplySettings = {
    ...settings,
    buckets: { lengths: [{ words: 4 }, { words: 8 }, {}], tokens: [4, 8, 16], ofRow: (row: number) => ofRow[row] ?? 0 },
  };
  const longest = (rows: readonly number[]) => Math.max(...rows.map((row) => ofRow[row] ?? Number.NaN));

  test("each row comes once an epoch, in as few batches, and what does not fill one goes with longer rows", () => {
    const { epochs, batches } = epochOf(new BatchSupply(grouped), 6);
    expect(epochs).toEqual([0, 0, 0, 0, 0, 0]);
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 4, 4, 4, 3]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, row) => row));
    // Two of four short ones; the ninth with the eight longer ones, two of four; the ninth of those with six.
    expect(batches.map(longest).sort((a, b) => a - b)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test("batches of all lengths come in any order, another one every epoch", () => {
    const supply = new BatchSupply(grouped);
    const orders = Array.from({ length: 20 }, () => epochOf(supply, 6).batches.map(longest).join(""));
    expect(new Set(orders).size).toBeGreaterThan(5);
  });

  test("goes on exactly as before after a restore anywhere, with accumulated batches too", () => {
    for (const each of [grouped, { ...grouped, accumulate: 4 }]) {
      for (let steps = 0; steps < 8; steps++) {
        const first = new BatchSupply(each);
        epochOf(first, steps);
        const second = new BatchSupply(each);
        second.restore(first.state());
        expect(epochOf(second, 9)).toEqual(epochOf(first, 9));
      }
    }
  });

  test("rows of one length alone are in the order of their batches, shuffled", () => {
    const alike: SupplySettings = {
      ...settings,
      buckets: { lengths: [{ words: 4 }, {}], tokens: [4, 16], ofRow: () => 0 },
    };
    const batches = new Set(epochOf(new BatchSupply(settings), 6).batches.map(String));
    expect(new Set(epochOf(new BatchSupply(alike), 6).batches.map(String))).toEqual(batches);
  });
});
