import { describe, expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { TOKENS_OF_BATCH, cheapestBatches } from "../../runtime/train/supply/cheapest-batches.ts";
import { graphSizes, paddedRows } from "../../runtime/train/supply/padded-rows.ts";

const tokens = [16, 24, 64];
const levelsOf = (ofRow: readonly number[]) => ({
  lengths: [{ words: 16 }, { words: 24 }, {}],
  tokens,
  ofRow: (row: number) => ofRow[row] ?? 0,
});
const places = (count: number): readonly number[] => Array.from({ length: count }, (_, row) => row);
const sizes = graphSizes(32);

describe("rows of a mixed step", () => {
  test("are one batch where there is one length", () =>
    expect(cheapestBatches(places(13), undefined, sizes)).toEqual([places(13)]));

  test("are one batch where all are of like length", () =>
    expect(cheapestBatches(places(16), levelsOf(places(16).map(() => 1)), sizes)).toEqual([places(16)]));

  test("go apart where that spares more than a batch costs, shorter ones first", () => {
    const alternating = places(16).map((row) => (row % 2) * 2);
    const [even, odd] = [0, 1].map((rest) => places(16).filter((row) => row % 2 === rest));
    expect(cheapestBatches(places(16), levelsOf(alternating), sizes)).toEqual([even, odd]);
  });

  test("stay together where it does not", () =>
    expect(cheapestBatches(places(4), levelsOf([0, 2, 2, 2]), sizes).length).toBe(1));

  test("cost no more than any other way to cut them", () => {
    const random = generator(1, "cuts");
    for (let trial = 0; trial < 20; trial++) {
      const ofRow = places(9).map(() => random.below(3));
      const batches = cheapestBatches(places(9), levelsOf(ofRow), sizes);
      expect(batches.flat().toSorted((a, b) => a - b)).toEqual(places(9));
      const costOf = (way: readonly (readonly number[])[]) =>
        way.reduce(
          (sum, rows) =>
            sum +
            TOKENS_OF_BATCH +
            paddedRows(rows.length, 32) * (tokens[Math.max(...rows.map((row) => ofRow[row] ?? 0))] ?? 0),
          0,
        );
      const sorted = places(9).toSorted((a, b) => (ofRow[a] ?? 0) - (ofRow[b] ?? 0));
      // Each number is a set of positions at which the rows are split.
      const ways = places(2 ** 8).map((cuts) =>
        sorted.reduce(
          (parts: number[][], row, index) =>
            index > 0 && (cuts >> (index - 1)) % 2 === 0
              ? [...parts.slice(0, -1), [...(parts.at(-1) ?? []), row]]
              : [...parts, [row]],
          [],
        ),
      );
      expect(costOf(batches)).toBe(Math.min(...ways.map(costOf)));
    }
  });
});
