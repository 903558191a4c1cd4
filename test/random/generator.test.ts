import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { streamKey } from "../../runtime/random/stream-key.ts";

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: readonly number[], order: number): number => mean(values.map((value) => value ** order));

describe("streams", () => {
  test("have different keys for different names", () => {
    const names = fc.array(fc.oneof(fc.string(), fc.nat()), { maxLength: 4 });
    fc.assert(
      fc.property(fc.nat(3), names, fc.nat(3), names, (seed, left, otherSeed, right) => {
        const same =
          seed === otherSeed &&
          left.length === right.length &&
          left.every((name, index) => String(name) === String(right[index]));
        expect(String(streamKey(seed, ...left)) === String(streamKey(otherSeed, ...right))).toBe(same);
      }),
    );
  });

  test("do not run names together", () => {
    expect(streamKey(1, "ab", "c")).not.toEqual(streamKey(1, "a", "bc"));
    expect(streamKey(1, "a\0")).not.toEqual(streamKey(1, "a"));
    expect(streamKey(1, 2)).not.toEqual(streamKey(12));
  });

  test("are uncorrelated", () => {
    const left = generator(1, "a");
    const right = generator(1, "b");
    const products = draw(20_000, () => left.normal() * right.normal());
    // Mean 0, variance 1: four deviations.
    expect(Math.abs(mean(products))).toBeLessThan(4 / Math.sqrt(products.length));
  });
});

describe("generator", () => {
  test("goes on from its position alone", () => {
    const first = generator(7, "sampler");
    draw(13, () => first.normal());
    first.word();
    const second = generator(7, "sampler");
    second.position = first.position;
    expect(draw(9, () => second.uniform())).toEqual(draw(9, () => first.uniform()));
  });

  test("does not repeat where a position passes 2³² blocks", () => {
    const near = generator(7, "sampler");
    const far = generator(7, "sampler");
    far.position = 4 * 2 ** 32;
    expect(draw(8, () => far.word())).not.toEqual(draw(8, () => near.word()));
  });

  test("uniform numbers fill [0, 1) evenly", () => {
    const random = generator(1, "uniform");
    const values = draw(64_000, () => random.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const counts = Array.from({ length: 64 }, () => 0);
    for (const value of values) counts[Math.floor(value * 64)] = (counts[Math.floor(value * 64)] ?? 0) + 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 63 degrees of freedom: mean 63, deviation √126; five deviations.
    expect(Math.abs(chiSquare - 63)).toBeLessThan(5 * Math.sqrt(126));
  });

  test("normal numbers have the moments of the normal distribution", () => {
    const random = generator(1, "normal");
    const values = draw(100_000, () => random.normal());
    // Variances of the first four sample moments over n: 1, 2, 15, 96.
    const bound = (variance: number): number => 5 * Math.sqrt(variance / values.length);
    expect(Math.abs(moment(values, 1))).toBeLessThan(bound(1));
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(bound(2));
    expect(Math.abs(moment(values, 3))).toBeLessThan(bound(15));
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(bound(96));
  });

  test("integers below n are in range and reach every value", () => {
    const random = generator(1, "below");
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (n) => random.below(n) < n));
    expect(new Set(draw(200, () => random.below(7))).size).toBe(7);
    expect(draw(5, () => random.below(1))).toEqual([0, 0, 0, 0, 0]);
    expect(() => random.below(0)).toThrow(RangeError);
  });

  test("permutations hold every index once, each order equally often", () => {
    const random = generator(1, "permutation");
    const counts = new Map<string, number>();
    for (let run = 0; run < 6000; run++) {
      const order = random.permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(["012", "021", "102", "120", "201", "210"]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
    expect([...random.permutation(1000)].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index),
    );
    expect(random.permutation(0)).toHaveLength(0);
  });
});
