import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResolvedSplit } from "../../compiler/schema/resolved.ts";
import { splitOf } from "../../runtime/data/rows/split.ts";

const shares: ResolvedSplit = { kind: "shares", train: 0.7, validation: 0.2, test: 0.1 };
const grouped: ResolvedSplit = { ...shares, group: "who" };
const row = (values: { readonly [column: string]: unknown }): Parameters<typeof splitOf>[1] => ({
  values,
  fileSplit: undefined,
});

describe("shares", () => {
  test("come out as asked for", () => {
    const counts = { train: 0, validation: 0, test: 0 };
    for (let index = 0; index < 4000; index += 1) counts[splitOf(shares, row({ index }))] += 1;
    // Four standard deviations of a binomial of 4,000.
    for (const [split, share] of [
      ["train", 0.7],
      ["validation", 0.2],
      ["test", 0.1],
    ] as const) {
      expect(Math.abs(counts[split] / 4000 - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 4000));
    }
  });

  test("need not add up to one", () => {
    const doubled: ResolvedSplit = { kind: "shares", train: 1.4, validation: 0.4, test: 0.2 };
    for (let index = 0; index < 200; index += 1)
      expect(splitOf(doubled, row({ index }))).toBe(splitOf(shares, row({ index })));
  });

  test("of nothing get nothing", () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => splitOf({ kind: "shares", train: 1, validation: 0, test: 0 }, row({ text })) === "train",
      ),
    );
  });

  test("do not depend on the order of columns", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.jsonValue(),
        (a, b) => splitOf(shares, row({ a, b })) === splitOf(shares, row({ b, a })),
      ),
    );
  });

  test("never part a group", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.jsonValue(),
        fc.jsonValue(),
        (who, one, other) =>
          splitOf(grouped, row({ who, value: one })) === splitOf(grouped, row({ who, value: other })),
      ),
    );
  });

  test("refuse a row without a group", () => {
    for (const who of ["", null, undefined])
      expect(() => splitOf(grouped, row({ who }))).toThrow(expect.objectContaining({ column: "who" }));
  });
});

test("a column names the split, in the words that data sets use", () => {
  const split: ResolvedSplit = { kind: "column", column: "set" };
  expect(["train", " Val ", "dev", "validation", "TEST"].map((set) => splitOf(split, row({ set })))).toEqual([
    "train",
    "validation",
    "validation",
    "validation",
    "test",
  ]);
  expect(() => splitOf(split, row({ set: "held out" }))).toThrow(/"held out" is not train, validation or test/);
});

test("files keep their split; only validation is taken from train", () => {
  const split: ResolvedSplit = { kind: "files", validation: 0.5 };
  const seen = new Set<string>();
  for (let index = 0; index < 50; index += 1) {
    expect(splitOf(split, { values: { index }, fileSplit: "test" })).toBe("test");
    seen.add(splitOf(split, { values: { index }, fileSplit: "train" }));
  }
  expect([...seen].sort()).toEqual(["train", "validation"]);
});
