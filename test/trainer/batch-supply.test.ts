import { expect, test } from "vitest";
import { BatchSupply, type SupplySettings } from "../../runtime/train/batch-supply.ts";

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
  const orders = [settings, { ...settings, seed: 2 }, { ...settings, stage: "tune" }, { ...settings, task: "parity" }].map((each) =>
    epochOf(new BatchSupply(each), 6).batches.flat().join(),
  );
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
