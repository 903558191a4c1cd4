import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assignment } from "../../runtime/boxes/assignment.ts";
import { edgesAt, generalisedOverlap } from "../../runtime/boxes/overlap.ts";
import { overlapOf } from "../../runtime/data/rows/overlap.ts";
import { generator } from "../../runtime/random/generator.ts";
import { inspect } from "../elaborate/harness.ts";

/** The least cost of all orders. */
function leastCost(costs: readonly (readonly number[])[], taken: readonly number[] = []): number {
  const row = costs[taken.length];
  if (!row) return 0;
  return Math.min(
    ...row.flatMap((cost, column) => (taken.includes(column) ? [] : [cost + leastCost(costs, [...taken, column])])),
  );
}

const costOf = (costs: readonly (readonly number[])[], columns: Int32Array): number =>
  costs.reduce((sum, row, index) => sum + (row[columns[index] ?? -1] ?? Number.NaN), 0);

test("an assignment has the least cost of all", () => {
  const drawn = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 3 })).chain(([rows, more]) =>
    fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: rows + more, maxLength: rows + more }), {
      minLength: rows,
      maxLength: rows,
    }),
  );
  fc.assert(
    fc.property(drawn, (costs) => {
      const columns = assignment(costs.flat(), costs.length, costs[0]?.length ?? 0);
      expect(new Set(columns).size).toBe(costs.length);
      expect(costOf(costs, columns)).toBe(leastCost(costs));
    }),
  );
});

test("published examples: the second has two assignments of the same cost", () => {
  const [first, second] = [
    [
      [4, 1, 3],
      [2, 0, 5],
      [3, 2, 2],
    ],
    [
      [7, 5, 9, 8],
      [6, 4, 3, 7],
      [8, 6, 2, 9],
    ],
  ];
  expect([...assignment(first?.flat() ?? [], 3, 3)]).toEqual([1, 0, 2]);
  expect(costOf(second ?? [], assignment(second?.flat() ?? [], 3, 4))).toBe(13);
});

test("a hundred columns take no time, and costs that are no numbers no path", () => {
  const random = generator(1, "assignment");
  const costs = Array.from({ length: 30 * 100 }, () => random.normal());
  const before = performance.now();
  expect(new Set(assignment(costs, 30, 100)).size).toBe(30);
  expect(performance.now() - before).toBeLessThan(200);
  expect(new Set(assignment(costs.with(5, Number.NaN), 30, 100)).size).toBe(30);
  expect(() => assignment(costs, 100, 30)).toThrow("100 rows cannot each have one of 30 columns");
});

test("the graph finds assignments as cheap, of the rows that are there", () => {
  const [rows, columns, batch] = [3, 5, 300];
  const { run } = inspect(
    `model sets
     modality costs: tensor([${rows}, ${columns}])
     modality there: tensor([${rows}])
     stream assigned = assignment(costs, there)`,
    { batch, unused: "allowed" },
  );
  const random = generator(2, "assignment in a graph");
  const costs = Array.from({ length: batch * rows * columns }, () => random.normal());
  const there = Array.from({ length: batch * rows }, () => (random.uniform() < 0.7 ? 1 : 0));
  const assigned = run({ "feature/costs": costs, "feature/there": there })["assigned"] ?? [];
  const size = rows * columns;
  for (let row = 0; row < batch; row++) {
    const present = [0, 1, 2].filter((index) => there[row * rows + index] === 1);
    const at = (index: number, from: readonly number[]) =>
      from.slice(row * size + index * columns, row * size + (index + 1) * columns);
    const table = present.map((index) => at(index, costs));
    const chosen = present.map((index) => at(index, assigned));
    const total = chosen.flatMap((one, index) => one.map((share, column) => share * (table[index]?.[column] ?? 0)));
    const least = costOf(table, assignment(table.flat(), present.length, columns));
    expect(total.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(least, 6);
    expect(assigned.slice(row * size, (row + 1) * size).reduce((sum, each) => sum + each, 0)).toBe(present.length);
  }
});

test("overlaps of boxes, and their generalised form, in the graph too", () => {
  const predicted = [0.5, 0.5, 0.2, 0.4, 0.25, 0.25, 0.5, 0.5, 0.8, 0.2, 0.1, 0.1];
  const wanted = [0.55, 0.5, 0.2, 0.4, 0.75, 0.75, 0.5, 0.5];
  const pairs = [0, 1, 2].flatMap((one) => [0, 1].map((other) => [edgesAt(predicted, one), edgesAt(wanted, other)]));
  const expected = {
    iou: [0.6, 0.064516, 0.03125, 0, 0, 0],
    generalised: [0.6, -0.197389, -0.265453, -0.5, -0.590909, -0.388235],
  };
  for (const [index, [one, other]] of pairs.entries()) {
    if (!one || !other) throw new Error("a pair without boxes");
    expect(overlapOf(one, other)).toBeCloseTo(expected.iou[index] ?? Number.NaN, 6);
    expect(generalisedOverlap(one, other)).toBeCloseTo(expected.generalised[index] ?? Number.NaN, 6);
  }
  const { run } = inspect(
    `model sets
     modality x: tensor([3, 4])
     modality y: tensor([2, 4])
     stream overlap = generalised_iou(x, y)`,
    { batch: 1, unused: "allowed" },
  );
  const inGraph = run({ "feature/x": predicted, "feature/y": wanted })["overlap"] ?? [];
  for (const [index, value] of inGraph.entries()) expect(value).toBeCloseTo(expected.generalised[index] ?? NaN, 6);
});
