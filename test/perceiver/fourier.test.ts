import { describe, expect, test } from "vitest";
import { streamsOf } from "./support.ts";

function fourier(call: string): readonly (readonly number[])[] {
  const { run, streams } = streamsOf(`modality x: tensor([2])\nstream code = ${call}`);
  const values = run().code ?? [];
  const [rows = 0, width = 0] = streams.get("code")?.value.shape ?? [];
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}

function close(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual?.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual?.[index]).toBeCloseTo(value, 5);
}

describe("Fourier features", () => {
  // d = 1, K = 3, μ = 8, so f = 1, 2.5, 4: worked by hand from Jaegle et al., 2021, §3.2.
  test("of one axis: the position, all sines, all cosines", () => {
    const rows = fourier("fourier(bands: 3, resolution: [5], highest: 4)");
    close(rows[0], [-1, 0, -1, 0, -1, 0, 1]);
    close(rows[2], [0, 0, 0, 0, 1, 1, 1]);
    close(rows[3], [0.5, 1, -Math.SQRT1_2, 0, 0, -Math.SQRT1_2, 1]);
  });

  test("frequencies end at half of the axis' resolution", () => {
    expect(fourier("fourier(bands: 3, resolution: [8])")).toEqual(
      fourier("fourier(bands: 3, resolution: [8], highest: 4)"),
    );
  });

  test("of two axes: both positions, then the sines of the first axis, of the second, then the cosines; the last axis is fastest", () => {
    const [rows, columns, bands] = [3, 5, 2];
    const at = (index: number, size: number) => -1 + (2 * index) / (size - 1);
    const frequencies = (size: number) => [1, size / 2];
    const expected = Array.from({ length: rows * columns }, (_, place) => {
      const where = [
        [at(Math.floor(place / columns), rows), rows],
        [at(place % columns, columns), columns],
      ] as const;
      const angles = where.flatMap(([p, size]) => frequencies(size).map((f) => Math.PI * f * p));
      return [...where.map(([p]) => p), ...angles.map(Math.sin), ...angles.map(Math.cos)];
    });
    const actual = fourier(`fourier(bands: ${bands}, resolution: [${rows}, ${columns}])`);
    expect(actual.length).toBe(rows * columns);
    for (const [place, row] of expected.entries()) close(actual[place], row);
  });

  test("spaced by equal ratios", () => {
    const [, , middle] = fourier("fourier(bands: 3, resolution: [5], highest: 16, spacing: log, coordinates: false)");
    const [, , , quarter] = fourier(
      "fourier(bands: 3, resolution: [5], highest: 16, spacing: log, coordinates: false)",
    );
    close(middle, [0, 0, 0, 1, 1, 1]);
    close(
      quarter,
      [1, 4, 16].map((f) => Math.sin(Math.PI * f * 0.5)).concat([1, 4, 16].map((f) => Math.cos(Math.PI * f * 0.5))),
    );
  });

  test("of 224 × 224 pixels with 64 bands a pixel has 261 values with its colours", () => {
    const { shapes } = streamsOf(
      "modality pixels: image(224, 224, 3)\nstream input = pixels -> as_tokens -> with_positions(fourier(bands: 64, resolution: [224, 224]))",
      { batch: 1 },
    );
    expect(shapes.input).toBe("tokens[50176 × 261]");
  });
});
