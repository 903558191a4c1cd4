import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Batch, Data } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { TargetOf } from "../../compiler/targets/target.ts";
import { allTrain, folderWith, reviews, specification } from "../data/fixture.ts";

const vector = { kind: "tensor", shape: [1] } as const;
const pair = [
  { modality: "left", optional: false },
  { modality: "right", optional: false },
];
const taskOf = (target: ResolvedTask["target"]): ResolvedTask => ({
  name: "t",
  target,
  metrics: [],
  weight: 1,
  inputs: pair,
});
const rows: ResolvedDataset = {
  ...reviews,
  name: "rows",
  path: "rows.jsonl",
  columns: { left: "left", right: "right", near: "near" },
  split: allTrain,
  tasks: ["t"],
};

async function open(
  target: ResolvedTask["target"],
  table: readonly object[],
  more: Pick<ResolvedDataset, "weight"> = {},
): Promise<Data> {
  const root = await folderWith({ "rows.jsonl": table.map((row) => JSON.stringify(row)).join("\n") });
  return openData({
    specification: specification({
      modalities: { left: vector, right: vector },
      tasks: { t: taskOf(target) },
      datasets: { rows: { ...rows, ...more } },
    }),
    root,
    cache: "none",
  });
}

const matching = (options: Partial<TargetOf<"matching">> = {}): TargetOf<"matching"> => ({
  kind: "matching",
  first: "left",
  second: "right",
  ...options,
});

/** Left values are 0, 1, 2, …, and right ones 100 more. */
const table = (count: number, more: (row: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, row) => ({ left: [row], right: [100 + row], ...more(row) }));

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, row) => row);
const draw = (epoch: number) => ({ seed: 1, stage: "fit", epoch });

/** The pairs of each row of a batch, as [left, right, relevance]. */
function pairsOf({ features, keys }: Batch, size: number): readonly (readonly (readonly number[])[])[] {
  const [left, right, target] = ["left", "right", "t.target"].map((name) => [...(features.get(name) ?? [])]);
  const most = (left?.length ?? 0) / size;
  return keys.map((_, row) =>
    Array.from({ length: most }, (__, candidate) => {
      const at = row * most + candidate;
      return [left?.[at] ?? Number.NaN, right?.[at] ?? Number.NaN, target?.[at] ?? Number.NaN];
    }),
  );
}

const trained = async (data: Data, epoch: number, order: readonly number[]) =>
  pairsOf(
    await data.batch({ task: "t", split: "train", rows: order, size: order.length, draw: draw(epoch) }),
    order.length,
  );

describe("the wrong pairs of a matching target", () => {
  const target = matching({ negatives: { right: 2, left: 1 } });

  test("come after the right one, each with one value of another row", async () => {
    for (const [row, pairs] of (await trained(await open(target, table(20)), 0, all(20))).entries()) {
      expect(pairs[0]).toEqual([row, 100 + row, 1]);
      expect(
        pairs.slice(1, 3).every(([left, right, relevance]) => left === row && right !== 100 + row && relevance === 0),
      ).toBe(true);
      expect(pairs[3]?.[0]).not.toBe(row);
      expect(pairs[3]?.slice(1)).toEqual([100 + row, 0]);
      expect(new Set(pairs.map(String)).size).toBe(4);
    }
  });

  test("depend on the example and the epoch, and not on the order of a batch", async () => {
    const data = await open(target, table(20));
    const [forwards, backwards] = [await trained(data, 0, all(20)), await trained(data, 0, all(20).toReversed())];
    expect(backwards.toReversed()).toEqual(forwards);
    expect(await trained(data, 1, all(20))).not.toEqual(forwards);
  });

  test("never have a value that equals the row's own, and are missing where there is no other", async () => {
    const equal = table(6).map((row) => ({ ...row, right: [7] }));
    for (const pairs of await trained(await open(target, equal), 0, all(6)))
      expect(pairs.map(([, , relevance]) => relevance)).toEqual([1, -1, -1, -1]);
  });

  test("are not of rows of weight 0", async () => {
    const weighed = table(20, (row) => ({ weight: row % 2 }));
    for (const pairs of await trained(await open(target, weighed, { weight: "weight" }), 0, all(20)))
      for (const [left = 0, right = 0] of pairs.slice(1, 3)) {
        expect(right % 2).toBe(1);
        expect(right).not.toBe(100 + left);
      }
  });

  test("are from the rows that a column lists, counted from 0", async () => {
    const near = table(20, (row) => ({ near: [(row + 1) % 20, (row + 2) % 20] }));
    const data = await open(matching({ negatives: {}, hard: { right: "near" } }), near);
    for (const [row, pairs] of (await trained(data, 0, all(20))).entries())
      expect([100 + ((row + 1) % 20), 100 + ((row + 2) % 20)]).toContain(pairs[1]?.[1]);
  });

  test("are named where the list of rows is wrong", async () => {
    const wrong = table(20, (row) => ({ near: row === 3 ? [20] : row === 4 ? "near" : [0] }));
    const data = await open(matching({ hard: { right: "near" } }), wrong);
    expect(data.rows("t", "train")).toBe(18);
    expect(data.problems.map(({ row, column }) => [row, column])).toEqual([
      [4, "near"],
      [5, "near"],
    ]);
    expect(data.problems[0]?.reason).toBe("20 is not the number of one of 20 rows, counted from 0");
  });

  test("are as many in evaluation as are declared, always the same, with the row's first value", async () => {
    const data = await open(matching({ evaluate: 6 }), table(20));
    const evaluated = async () => pairsOf(await data.batch({ task: "t", split: "train", rows: all(20), size: 20 }), 20);
    const pairs = await evaluated();
    expect(await evaluated()).toEqual(pairs);
    for (const [row, own] of pairs.entries()) {
      expect(own).toHaveLength(6);
      expect(own.every(([left]) => left === row)).toBe(true);
      expect(new Set(own.map(([, right]) => right)).size).toBe(6);
    }
  });
});

test("an aligned target is drawn with its rate, and tells whether the second value is the row's own", async () => {
  const data = await open({ kind: "aligned", first: "left", second: "right", rate: 0.25 }, table(400));
  const pairs = (await trained(data, 0, all(400))).flat();
  for (const [left = 0, right = 0, belongs] of pairs) expect(belongs).toBe(right === 100 + left ? 1 : 0);
  const share = pairs.filter(([, , belongs]) => belongs === 1).length / 400;
  // Three standard errors.
  expect(Math.abs(share - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 400));
});
