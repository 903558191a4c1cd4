import { describe, expect, test } from "vitest";
import { type RandomBytes, fillRandomBytes } from "../../runtime/random/random-bytes.ts";

const fill = (keys: readonly string[], changes: Partial<RandomBytes> & { readonly size?: number } = {}): Uint8Array => {
  const { size = keys.length, ...rest } = changes;
  const request = { seed: 1, site: "seen.dropout", epoch: 0, rowBytes: 37, keys, ...rest };
  const out = new Uint8Array(size * request.rowBytes).fill(255);
  fillRandomBytes(request, out);
  return out;
};
const row = (bytes: Uint8Array, index: number, rowBytes = 37): number[] => [
  ...bytes.subarray(index * rowBytes, (index + 1) * rowBytes),
];

describe("random bytes", () => {
  test("of an example depend neither on the order of the batch nor on its size", () => {
    const one = fill(["a", "b", "c"]);
    const other = fill(["c", "a"], { size: 5 });
    expect(row(other, 0)).toEqual(row(one, 2));
    expect(row(other, 1)).toEqual(row(one, 0));
  });

  test("of padding rows are fixed", () => {
    const bytes = fill(["a"], { size: 3 });
    expect(bytes.subarray(37)).toEqual(new Uint8Array(74));
  });

  test("at a position do not depend on the length of the row", () => {
    expect(row(fill(["a"], { rowBytes: 100 }), 0, 20)).toEqual(row(fill(["a"]), 0, 20));
  });

  test("differ by seed, site, epoch and example", () => {
    const all = [
      fill(["a"]),
      fill(["a"], { seed: 2 }),
      fill(["a"], { site: "read.dropout" }),
      fill(["a"], { epoch: 1 }),
      fill(["b"]),
    ];
    expect(new Set(all.map(String)).size).toBe(all.length);
  });

  test("take every value equally often", () => {
    const bytes = fill(["a", "b", "c", "d"], { rowBytes: 64_000 });
    const counts = new Float64Array(256);
    for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 255 degrees of freedom: five deviations.
    expect(Math.abs(chiSquare - 255)).toBeLessThan(5 * Math.sqrt(2 * 255));
  });

  test("of one value are moved, a share of them, each by a draw of its own", () => {
    const size = { rowBytes: 2 ** 20 };
    const [plain, moved] = [fill(["a"], size), fill(["a"], { ...size, moved: { from: 25, to: 26, share: 0.4 } })];
    const changed = [...plain.keys()].filter((at) => plain[at] !== moved[at]);
    expect(changed.every((at) => plain[at] === 25 && moved[at] === 26)).toBe(true);
    // There are 4,096 bytes, and the tolerance is five deviations.
    expect(Math.abs(changed.length - 0.4 * 4096)).toBeLessThan(5 * Math.sqrt(4096 * (0.4 / 256 + 0.24)));
    const short = fill(["b", "a"], { rowBytes: 3000, size: 3, moved: { from: 25, to: 26, share: 0.4 } });
    expect(row(short, 1, 3000)).toEqual([...moved.subarray(0, 3000)]);
    const part = { whole: [10, 100], layouts: [[{ length: 2, gap: 8 }], [{ length: 50, gap: 50 }]] };
    expect(row(fill(["a"], { rowBytes: 100, part, moved: { from: 25, to: 26, share: 0.4 } }), 0, 100)).toEqual([
      ...moved.subarray(0, 50),
      ...moved.subarray(100, 150),
    ]);
  });

  test("are refused where they do not fit", () => {
    expect(() =>
      fillRandomBytes({ seed: 1, site: "s", epoch: 0, keys: ["a"], rowBytes: 4 }, new Uint8Array(3)),
    ).toThrow(RangeError);
  });
});
