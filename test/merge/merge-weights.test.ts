import { describe, expect, test } from "vitest";
import type { Tensors } from "../../runtime/checkpoint/checkpoint.ts";
import { mergeWeights } from "../../runtime/pretrained/merge-weights.ts";

const table = (weights: Readonly<Record<string, readonly number[]>>): Tensors =>
  new Map(
    Object.entries(weights).map(([name, data]) => [name, { shape: [data.length], data: Float32Array.from(data) }]),
  );
const values = (tensors: Tensors, name = "w"): readonly number[] => [...(tensors.get(name)?.data ?? [])];

const base = table({ w: [1, 1, 1, 1, 1] });
// The changes are (4, −1, 0.5, −3, 0) and (2, 3, −0.25, −1, 0).
const models = [table({ w: [5, 0, 1.5, -2, 1] }), table({ w: [3, 4, 0.75, 0, 1] })];

describe("the definitions, computed by hand", () => {
  test("average is the mean of the weights, whatever the base is", () => {
    expect(values(mergeWeights({ kind: "average" }, models, base))).toEqual([4, 2, 1.125, -1, 1]);
    expect(values(mergeWeights({ kind: "average" }, models, table({ w: [9, 9, 9, 9, 9] })))).toEqual([
      4, 2, 1.125, -1, 1,
    ]);
    expect(values(mergeWeights({ kind: "average" }, models, new Map()))).toEqual([4, 2, 1.125, -1, 1]);
  });

  test("task arithmetic adds the changes, with a factor (Ilharco et al., 2023)", () => {
    expect(values(mergeWeights({ kind: "task_arithmetic", scale: 0.5 }, models, base))).toEqual([4, 2, 1.125, -1, 1]);
    expect(values(mergeWeights({ kind: "task_arithmetic", scale: 0 }, models, base))).toEqual(values(base));
  });

  test("TIES trims, elects a sign and takes the mean of the changes that have it (Yadav et al., 2023)", () => {
    // The three largest changes of each model are kept: (4, −1, 0, −3, 0) and (2, 3, 0, −1, 0). The signs are +, +, none, −.
    expect(values(mergeWeights({ kind: "ties", density: 0.6, scale: 1 }, models, base))).toEqual([4, 4, 1, -1, 1]);
    expect(values(mergeWeights({ kind: "ties", density: 0.6, scale: 0.5 }, models, base))).toEqual([2.5, 2.5, 1, 0, 1]);
    // With all changes the third is +0.5 alone, since 0.5 − 0.25 is above 0.
    expect(values(mergeWeights({ kind: "ties", density: 1, scale: 1 }, models, base))[2]).toBe(1.5);
    expect(values(mergeWeights({ kind: "ties", density: 0, scale: 1 }, models, base))).toEqual(values(base));
  });

  test("TIES keeps the largest changes of a model over all of its weights, not of each weight", () => {
    const begun = table({ small: [0, 0], large: [0, 0] });
    const one = table({ small: [0.1, 0.2], large: [3, 4] });
    const merged = mergeWeights({ kind: "ties", density: 0.5, scale: 1 }, [one, one], begun);
    expect(values(merged, "small")).toEqual([0, 0]);
    expect(values(merged, "large")).toEqual([3, 4]);
  });

  test("a weight that the base lacks is the mean of the models that have it", () => {
    const merged = mergeWeights(
      { kind: "task_arithmetic", scale: 1 },
      [table({ w: [2], head: [6] }), table({ w: [3] }), table({ w: [1], head: [2] })],
      table({ w: [1] }),
    );
    expect(values(merged, "head")).toEqual([4]);
    expect(values(merged)).toEqual([4]);
  });
});

describe("DARE (Yu et al., 2024)", () => {
  const size = 20_000;
  const begun = table({ w: Array.from({ length: size }, () => 0) });
  const model = table({ w: Array.from({ length: size }, () => 1) });
  const merge = (seed: number, drop = 0.9) =>
    values(mergeWeights({ kind: "dare", drop, scale: 1, seed }, [model], begun));

  test("drops the part that it says, and keeps the expectation of the sum", () => {
    const merged = merge(1);
    const kept = merged.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([10]));
    // 2,000 are kept, with a deviation of 42.
    expect(Math.abs(kept.length - 2000)).toBeLessThan(200);
  });

  test("has the same result for a seed, and another one for another", () => {
    expect(merge(1)).toEqual(merge(1));
    expect(merge(1)).not.toEqual(merge(2));
  });

  test("without dropping is task arithmetic", () => {
    expect(mergeWeights({ kind: "dare", drop: 0, scale: 0.3, seed: 1 }, models, base)).toEqual(
      mergeWeights({ kind: "task_arithmetic", scale: 0.3 }, models, base),
    );
  });
});
