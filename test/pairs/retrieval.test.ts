import { describe, expect, test } from "vitest";
import type { ResolvedMetric } from "../../compiler/schema/resolved.ts";
import { generator } from "../../runtime/random/generator.ts";
import { Measurement } from "../../runtime/metrics/measurement.ts";
import { contrastive, measure, ranking } from "../metrics/measure.ts";

const width = 3;

interface Row {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly identities: readonly [number, number];
}

function valueOf(metric: ResolvedMetric, rows: readonly Row[], evaluate?: number): number {
  const target = {
    kind: "contrastive",
    first: "x",
    second: "y",
    width,
    ...(evaluate === undefined ? {} : { evaluate }),
  } as const;
  const measurement = new Measurement({ target, metrics: [metric] });
  for (const { first, second, identities } of rows)
    measurement.add({
      predictions: new Map([
        ["first", Float32Array.from(first)],
        ["second", Float32Array.from(second)],
      ]),
      targets: new Map([
        ["first", Int32Array.of(identities[0])],
        ["second", Int32Array.of(identities[1])],
      ]),
      rowWeight: Float32Array.of(1),
    });
  return measurement.values()[0]?.value ?? Number.NaN;
}

/** Rows with vectors at random, and values of their own. */
function randomRows(count: number, seed: number): readonly Row[] {
  const random = generator(seed, "pairs");
  const vector = (): readonly number[] => Array.from({ length: width }, () => random.uniform() - 0.5);
  return Array.from({ length: count }, (_, row) => ({ first: vector(), second: vector(), identities: [row, row] }));
}

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + Math.fround(value) * Math.fround(other[index] ?? 0), 0);

describe("ranks of pairs", () => {
  const rows = randomRows(40, 1);
  const rankOf = (row: number, from: "first" | "second", to: "first" | "second"): number => {
    const query = rows[row]?.[from] ?? [];
    const own = dot(query, rows[row]?.[to] ?? []);
    return 1 + rows.filter((other) => dot(query, other[to]) > own).length;
  };
  const ranks = {
    x: rows.map((_, row) => rankOf(row, "first", "second")),
    y: rows.map((_, row) => rankOf(row, "second", "first")),
  };
  const shareWithin = (list: readonly number[], k: number): number =>
    list.filter((rank) => rank <= k).length / list.length;
  const middle = (list: readonly number[]): number => {
    const sorted = [...list].sort((one, other) => one - other);
    return ((sorted[19] ?? 0) + (sorted[20] ?? 0)) / 2;
  };

  test("are those of plain loops, in either direction", () => {
    for (const query of ["x", "y"] as const) {
      expect(valueOf({ kind: "recall_at", k: 5, query }, rows)).toBeCloseTo(shareWithin(ranks[query], 5), 12);
      expect(valueOf({ kind: "median_rank", query }, rows)).toBe(middle(ranks[query]));
    }
  });

  test("are the mean of both directions without a query", () => {
    const both = (shareWithin(ranks.x, 5) + shareWithin(ranks.y, 5)) / 2;
    expect(valueOf({ kind: "recall_at", k: 5 }, rows)).toBeCloseTo(both, 12);
    expect(valueOf({ kind: "median_rank" }, rows)).toBe((middle(ranks.x) + middle(ranks.y)) / 2);
    const mean = [1, 5, 10].reduce((sum, k) => sum + valueOf({ kind: "recall_at", k }, rows), 0) / 3;
    expect(valueOf({ kind: "mean_recall" }, rows)).toBeCloseTo(mean, 12);
  });

  test("among fewer candidates do not get worse, are the same each time, and take as many as declared", () => {
    const among = (evaluate: number): number => valueOf({ kind: "median_rank" }, rows, evaluate);
    expect(among(10)).toBeLessThan(among(40));
    expect(among(10)).toBe(among(10));
    expect(among(40)).toBe(valueOf({ kind: "median_rank" }, rows));
    expect(valueOf({ kind: "recall_at", k: 10 }, rows, 10)).toBe(1);
    expect(valueOf({ kind: "recall_at", k: 9 }, rows, 10)).toBeLessThan(1);
  });

  test("count an equal value once, and each value that belongs to the query's as right", () => {
    const one = { first: [1, 0, 0], second: [1, 0, 0] };
    const other = { first: [0, 1, 0], second: [0.9, 0, 0] };
    // Two texts of the first picture; another picture has the text that is nearest to them.
    const texts: readonly Row[] = [
      { ...one, second: [0.1, 0, 0], identities: [1, 1] },
      { ...one, second: [1, 0, 0], identities: [1, 2] },
      { ...other, identities: [2, 3] },
      { ...other, identities: [3, 3] },
    ];
    // The first picture finds its second text first; pictures 2 and 3 have scores of 0 with all three different texts.
    expect(valueOf({ kind: "recall_at", k: 1, query: "x" }, texts)).toBeCloseTo((1 + 1 + 1 / 3 + 1 / 3) / 4, 12);
  });

  test("are what chance gives where all vectors are equal", () => {
    const constant = rows.map((row) => ({ ...row, first: [0, 0, 0], second: [0, 0, 0] }));
    expect(valueOf({ kind: "recall_at", k: 5 }, constant)).toBeCloseTo(5 / 40, 12);
    expect(valueOf({ kind: "median_rank" }, constant)).toBeCloseTo(41 / 2, 12);
  });
});

test("a vector that is NaN leaves every metric undefined", () => {
  const [first = Number.NaN, ...rest] = contrastive.predictions[0] ?? [];
  expect(first).toBe(1);
  const broken = { ...contrastive, predictions: [[Number.NaN, ...rest], ...contrastive.predictions.slice(1)] };
  expect(measure({ kind: "recall_at", k: 1 }, "contrastive", broken)).toBeNaN();
});

test("recall and median rank of listed candidates take ties by their expectation", () => {
  // Ranks of the first relevant candidate: 1; 2; and 1 or 2 of a tie.
  expect(measure({ kind: "recall_at", k: 1 }, "ranking", ranking)).toBeCloseTo((1 + 0 + 0.5) / 3, 9);
  expect(measure({ kind: "recall_at", k: 2 }, "ranking", ranking)).toBeCloseTo(1, 9);
  expect(measure({ kind: "median_rank" }, "ranking", ranking)).toBe(1.5);
});
