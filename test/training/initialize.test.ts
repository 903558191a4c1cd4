import { describe, expect, test } from "vitest";
import type { Shape } from "../../compiler/graph/graph.ts";
import type { ResolvedInitializer } from "../../compiler/schema/resolved.ts";
import { initialWeight } from "../../runtime/train/phase/initialize.ts";

const weight = (initializer: ResolvedInitializer, shape: Shape, name = "read.embed.kernel"): Float32Array =>
  initialWeight({ seed: 1, name, shape, initializer });
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: ArrayLike<number>): number =>
  Math.sqrt(mean(Array.from(values, (value) => value ** 2)) - mean(values) ** 2);

/** Allows five standard errors of the deviation of n normal values; the error of bounded values is smaller. */
const expectDeviation = (values: Float32Array, expected: number): void => {
  expect(Math.abs(mean(values))).toBeLessThan((5 * expected) / Math.sqrt(values.length));
  expect(Math.abs(deviation(values) / expected - 1)).toBeLessThan(5 / Math.sqrt(2 * values.length));
};

describe("initial weights", () => {
  test("depend on seed and name only", () => {
    const normal: ResolvedInitializer = { kind: "normal", deviation: 1 };
    expect(weight(normal, [4, 5], "a")).toEqual(weight(normal, [4, 5], "a"));
    expect(weight(normal, [4, 5], "a")).not.toEqual(weight(normal, [4, 5], "b"));
    expect(weight(normal, [4, 5])).not.toEqual(
      initialWeight({ seed: 2, name: "read.embed.kernel", shape: [4, 5], initializer: normal }),
    );
  });

  test("of a model do not change when a layer is added", () => {
    const model = (names: readonly string[]) =>
      new Map(names.map((name) => [name, weight({ kind: "xavier_uniform", gain: 1 }, [8, 8], name)]));
    const before = model(["layers.0.kernel", "head.kernel"]);
    const after = model(["layers.0.kernel", "layers.1.kernel", "head.kernel"]);
    for (const [name, value] of before) expect(after.get(name)).toEqual(value);
  });

  test("zeros, ones, constant", () => {
    expect([...weight({ kind: "zeros" }, [2, 2])]).toEqual([0, 0, 0, 0]);
    expect([...weight({ kind: "ones" }, [3])]).toEqual([1, 1, 1]);
    expect([...weight({ kind: "constant", value: -2.5 }, [])]).toEqual([-2.5]);
  });

  test("normal has its deviation", () => {
    expectDeviation(weight({ kind: "normal", deviation: 0.02 }, [200, 100]), 0.02);
  });

  test("truncated_normal has no value beyond two deviations", () => {
    const values = weight({ kind: "truncated_normal", deviation: 0.5 }, [200, 100]);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    // Var = 1 − 2·2·φ(2) ∕ (Φ(2) − Φ(−2)).
    const density = Math.exp(-2) / Math.sqrt(2 * Math.PI);
    expectDeviation(values, 0.5 * Math.sqrt(1 - (4 * density) / 0.9544997361));
  });

  test("uniform stays within its limit", () => {
    const values = weight({ kind: "uniform", limit: 0.3 }, [200, 100]);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.3));
    expectDeviation(values, 0.3 / Math.sqrt(3));
  });

  test.each([
    { shape: [300, 100], fanIn: 300, fanOut: 100 },
    { shape: [2, 300, 100], fanIn: 300, fanOut: 100 },
    { shape: [20_000], fanIn: 20_000, fanOut: 20_000 },
  ])("fans of $shape are $fanIn and $fanOut", ({ shape, fanIn, fanOut }) => {
    expectDeviation(weight({ kind: "xavier_uniform", gain: 2 }, shape), 2 * Math.sqrt(2 / (fanIn + fanOut)));
    expectDeviation(weight({ kind: "xavier_normal", gain: 1 }, shape), Math.sqrt(2 / (fanIn + fanOut)));
    expectDeviation(weight({ kind: "he_normal", gain: 1 }, shape), Math.sqrt(2 / fanIn));
  });

  test("identity is one matrix for each leading index", () => {
    const matrix = [3, 0, 0, 0, 3, 0];
    expect([...weight({ kind: "identity", gain: 3 }, [2, 2, 3])]).toEqual([...matrix, ...matrix]);
  });

  test.each([
    [24, 24],
    [10, 40],
    [40, 10],
    [1, 7],
    [7, 1],
  ])("orthogonal %i × %i has orthonormal rows or columns", (rows, columns) => {
    const values = weight({ kind: "orthogonal", gain: 1 }, [rows, columns]);
    const at = (row: number, column: number): number => values[row * columns + column] ?? NaN;
    const [count, length, entry] =
      rows <= columns ? ([rows, columns, at] as const) : ([columns, rows, (i: number, j: number) => at(j, i)] as const);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let k = 0; k < length; k++) product += entry(i, k) * entry(j, k);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
  });

  test("orthogonal takes its gain and stacks matrices", () => {
    const plain = weight({ kind: "orthogonal", gain: 1 }, [2, 6, 6]);
    expect([...weight({ kind: "orthogonal", gain: 2 }, [2, 6, 6])]).toEqual([...plain].map((value) => 2 * value));
    expect([...plain.subarray(0, 36)]).not.toEqual([...plain.subarray(36)]);
  });
});
