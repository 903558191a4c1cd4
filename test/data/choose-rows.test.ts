import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import { chooseRows } from "../../runtime/data/rows/choose-rows.ts";
import type { Split } from "../../runtime/data/data.ts";
import { statsOf } from "../../runtime/data/stats/data-stats.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { folderWith, reviews, specification } from "./fixture.ts";

type Choice = NonNullable<ResolvedDataset["rows"]>;

const few = (value: number, draw = 1): Choice => ({ kind: "sample", size: { unit: "rows", value }, draw });
const share = (value: number): Choice => ({ kind: "sample", size: { unit: "share", value }, draw: 1 });
interface Row {
  readonly values: { readonly words: string };
  readonly split: Split;
}
const row = (index: number, split: Split = "train"): Row => ({ values: { words: `text ${index}` }, split });
const rows = Array.from({ length: 200 }, (_, index) => row(index, index % 4 === 3 ? "test" : "train"));
const trained = (choice: Choice, among = rows): readonly Row[] =>
  chooseRows(among, { rows: choice }).filter(({ split }) => split === "train");

test("a smaller sample is part of a larger one, however large they are, and both keep the order of the file", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 160 }), fc.integer({ min: 1, max: 160 }), (one, other) => {
      const [less, more] = [trained(few(Math.min(one, other))), trained(few(Math.max(one, other)))];
      expect([less.length, more.length]).toEqual([Math.min(one, other, 150), Math.min(Math.max(one, other), 150)]);
      expect(less.every((each) => more.includes(each))).toBe(true);
      expect(more).toEqual(rows.filter((each) => more.includes(each)));
    }),
  );
});

test("neither the order of rows nor that of their columns, nor other rows of the other splits move a sample", () => {
  const chosen = new Set(trained(few(20)));
  expect(new Set(trained(few(20), rows.toReversed()))).toEqual(chosen);
  expect(
    new Set(
      trained(
        few(20),
        rows.filter(({ split }) => split === "train"),
      ),
    ),
  ).toEqual(chosen);
});

test("another draw has other rows", () => {
  // Two draws of 20 rows among 150 share 2.7 rows on average; the probability of 14 or more is less than one in a
  // billion.
  const first = trained(few(20));
  expect(trained(few(20, 2)).filter((each) => first.includes(each)).length).toBeLessThan(14);
});

test("a share is rounded and is one row at least", () => {
  expect([0.001, 0.01, 0.1, 1].map((size) => trained(share(size)).length)).toEqual([1, 2, 15, 150]);
});

test("validation and test keep all rows", () => {
  expect(chooseRows(rows, { rows: few(1) }).filter(({ split }) => split === "test")).toHaveLength(50);
  expect(chooseRows(rows, {})).toBe(rows);
});

test("nothing is learnt of the rows that are left out, and statistics are of those that are used", async () => {
  const characters = "abcdefghijklmnopqrst".split("");
  const files = {
    "reviews.csv": `words,label,set\n${characters.map((character, index) => `${character},${index % 2 === 0 ? "yes" : "no"},train`).join("\n")}\nz,yes,test\n`,
  };
  const dataset: ResolvedDataset = { ...reviews, split: { kind: "column", column: "set" }, rows: few(3) };
  const root = await folderWith(files);
  const data = await openData({
    specification: specification({ datasets: { reviews: dataset } }),
    root,
    cache: "none",
  });
  expect([data.rows("sentiment", "train"), data.rows("sentiment", "test")]).toEqual([3, 1]);
  const learnt = JSON.stringify(data.preprocessing.tokenizers["words"]);
  expect(characters.filter((character) => learnt.includes(`"${character}"`))).toHaveLength(3);
  const { datasets } = await statsOf({
    specification: specification({ datasets: { reviews: dataset } }),
    root,
    cache: "none",
  });
  expect(datasets[0]?.rows).toEqual({ train: 3, validation: 0, test: 1 });
});
