import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { openMetric } from "../../runtime/metrics/index.ts";
import { type Rows, category, labels, masked, measure, number, ranking, targets, vector } from "./measure.ts";

// Made by running scikit-learn 1.9.1 and SciPy 1.17.1 on the same rows: classes by arg max, labels where the score
// exceeds 0.
describe("as scikit-learn and SciPy", () => {
  test.each<[ResolvedMetric, ResolvedTarget["kind"], Rows, number]>([
    [{ kind: "accuracy" }, "category", category, 0.625],
    [{ kind: "top_k", k: 2 }, "category", category, 0.875],
    [{ kind: "top_k", k: 3 }, "category", category, 1],
    [{ kind: "f1", average: "macro" }, "category", category, 0.6222222222222222],
    [{ kind: "f1", average: "micro" }, "category", category, 0.625],
    [{ kind: "matthews" }, "category", category, 0.4523809523809524],
    [{ kind: "mean_average_precision" }, "labels", labels, 0.6944444444444443],
    [{ kind: "f1", average: "macro" }, "labels", labels, 0.6555555555555556],
    [{ kind: "f1", average: "micro" }, "labels", labels, 0.6666666666666666],
    [{ kind: "mse" }, "number", number, 0.5],
    [{ kind: "mae" }, "number", number, 0.6],
    [{ kind: "rmse" }, "number", number, Math.SQRT1_2],
    [{ kind: "r2" }, "number", number, 0.9146757679180888],
    [{ kind: "pearson" }, "number", number, 0.9655375433896769],
    [{ kind: "spearman" }, "number", number, 0.9746794344808964],
    // These figures are in its documentation, for multioutput="uniform_average".
    [{ kind: "mse" }, "vector", vector, 0.7083333333333334],
    [{ kind: "rmse" }, "vector", vector, 0.8227486121839513],
    [{ kind: "mae" }, "vector", vector, 0.75],
    [{ kind: "mape" }, "vector", vector, 0.5515873015873016],
    [{ kind: "r2" }, "vector", vector, (1 - 1.25 / 36.166666666666664 + 1 - 3 / 32.666666666666664) / 2],
  ])("%j of %s", (options, kind, rows, expected) => expect(measure(options, kind, rows)).toBeCloseTo(expected, 6));
});

const everyMeasure: readonly (readonly [ResolvedMetric, ResolvedTarget["kind"], Rows])[] = [
  [{ kind: "accuracy" }, "category", category],
  [{ kind: "f1", average: "macro" }, "category", category],
  [{ kind: "precision", average: "macro" }, "category", category],
  [{ kind: "recall", average: "macro", of: "class 1" }, "category", category],
  [{ kind: "calibration_error", bins: 15 }, "category", category],
  [{ kind: "matthews" }, "category", category],
  [{ kind: "mean_average_precision" }, "labels", labels],
  [{ kind: "f1", average: "micro" }, "labels", labels],
  [{ kind: "rmse" }, "number", number],
  [{ kind: "r2" }, "number", number],
  [{ kind: "pearson" }, "number", number],
  [{ kind: "spearman" }, "number", number],
  [{ kind: "rmse" }, "vector", vector],
  [{ kind: "r2" }, "vector", vector],
  [{ kind: "accuracy" }, "ranking", ranking],
  [{ kind: "mrr" }, "ranking", ranking],
  [{ kind: "ndcg" }, "ranking", ranking],
  [{ kind: "ndcg", k: 2 }, "ranking", ranking],
];

test("accuracy and perplexity of hidden tokens count tokens, not rows", () => {
  expect(measure({ kind: "accuracy" }, "masked", masked)).toBeCloseTo(2 / 4, 6);
  expect(measure({ kind: "top_k", k: 2 }, "masked", masked)).toBe(1);
  const share = (right: number, others: readonly number[]) =>
    Math.exp(right) / others.reduce((sum, other) => sum + Math.exp(other), 0);
  const shares = [share(2, [2, 1, 0]), 1 / 3, share(1, [0, 3, 1]), share(2, [1, 0, 2])];
  expect(measure({ kind: "perplexity" }, "masked", masked)).toBeCloseTo(
    shares.reduce((product, each) => product / each, 1) ** (1 / 4),
    5,
  );
  for (const size of [1, 2, 7])
    expect(measure({ kind: "perplexity" }, "masked", masked, size)).toBe(
      measure({ kind: "perplexity" }, "masked", masked),
    );
});

test.each(everyMeasure)("%j of %s does not depend on how rows are batched or padded", (options, kind, rows) => {
  const whole = measure(options, kind, rows, rows.targets.length);
  for (const size of [1, 2, 3, 7, 16]) expect(measure(options, kind, rows, size)).toBe(whole);
});

test.each(everyMeasure)("%j of %s without rows is undefined", (options, kind) => {
  expect(openMetric(options, targets[kind](3)).value()).toBeNaN();
});

test("correlation with a constant is undefined, and r² of a constant target is 0 unless exact", () => {
  const constant: Rows = { predictions: [[1], [2], [3]], targets: [[4], [4], [4]] };
  expect(measure({ kind: "pearson" }, "number", constant)).toBeNaN();
  expect(measure({ kind: "spearman" }, "number", constant)).toBeNaN();
  expect(measure({ kind: "r2" }, "number", constant)).toBe(0);
  expect(measure({ kind: "r2" }, "number", { predictions: constant.targets, targets: constant.targets })).toBe(1);
});

test("Pearson's r streams to what the formula of two passes gives", () => {
  const pair = fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 40 }), (pairs) => {
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const centred = (values: readonly number[]) => values.map((value) => value - mean(values));
      const x = centred(pairs.map(([value]) => value));
      const y = centred(pairs.map(([, value]) => value));
      const dot = (left: readonly number[], right: readonly number[]) =>
        left.reduce((sum, value, row) => sum + value * (right[row] ?? 0), 0);
      const streamed = measure({ kind: "pearson" }, "number", {
        predictions: pairs.map(([value]) => [value]),
        targets: pairs.map(([, value]) => [value]),
      });
      if (dot(x, x) < 1e-9 || dot(y, y) < 1e-9) expect(streamed).toBeNaN();
      else expect(streamed).toBeCloseTo(dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)), 9);
    }),
  );
});

test("a metric on a target that lacks it is refused", () => {
  expect(() => openMetric({ kind: "accuracy" }, targets.number(1))).toThrow(/not defined on number/);
});

describe("of a ranking", () => {
  /** By definition, the candidates in this order. */
  const gain = (grades: readonly number[]) =>
    grades.reduce((sum, grade, place) => sum + grade / Math.log2(place + 2), 0);
  const definitions: { readonly [kind: string]: (grades: readonly number[]) => number } = {
    accuracy: ([first = 0]) => (first > 0 ? 1 : 0),
    mrr: (grades) => 1 / (grades.findIndex((grade) => grade > 0) + 1),
    ndcg: (grades) => gain(grades) / gain([...grades].sort((left, right) => right - left)),
  };
  const permutations = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

  test.each(["accuracy", "mrr", "ndcg"] as const)(
    "%s is the mean of its definition over all orders that the scores allow",
    (kind) => {
      const candidate = fc.record({ score: fc.integer({ min: 0, max: 2 }), grade: fc.integer({ min: 0, max: 2 }) });
      const row = fc
        .array(candidate, { minLength: 1, maxLength: 5 })
        .filter((candidates) => candidates.some(({ grade }) => grade > 0));
      fc.assert(
        fc.property(row, (candidates) => {
          const orders = permutations(candidates).filter((order) =>
            order.every(({ score }, place) => place === 0 || score <= (order[place - 1]?.score ?? 0)),
          );
          const expected =
            orders.reduce((sum, order) => sum + (definitions[kind]?.(order.map(({ grade }) => grade)) ?? NaN), 0) /
            orders.length;
          // Positions without a candidate have the best scores, and do not count.
          const padded = {
            predictions: [[...candidates.map(({ score }) => score), 9, 9]],
            targets: [[...candidates.map(({ grade }) => grade), -1, -1]],
          };
          expect(measure({ kind }, "ranking", padded)).toBeCloseTo(expected, 12);
        }),
      );
    },
  );

  test("is the same for scores that are shifted or scaled", () => {
    const moved = { ...ranking, predictions: ranking.predictions.map((row) => row.map((score) => 2 * score - 7)) };
    for (const kind of ["accuracy", "mrr", "ndcg"] as const)
      expect(measure({ kind }, "ranking", moved)).toBeCloseTo(measure({ kind }, "ranking", ranking), 12);
  });
});

test("of equal scores top_k takes the last first, as scikit-learn does, but of two classes the first, as its threshold does", () => {
  const of = (target: number, k: number, scores: readonly number[]): number =>
    measure({ kind: "top_k", k }, "category", { predictions: [scores], targets: [[target]] });
  expect([0, 1, 2, 3].map((target) => of(target, 2, [1, 1, 1, 0]))).toEqual([0, 1, 1, 0]);
  expect([0, 1].map((target) => of(target, 1, [0.5, 0.5]))).toEqual([1, 0]);
});

test("the macro mean of recall is scikit-learn's: a class that is given and that no row has counts 0", () => {
  const rows = {
    predictions: [
      [2, 1, 0],
      [0, 3, 1],
      [0, 1, 2],
    ],
    targets: [[0], [1], [1]],
  };
  expect(measure({ kind: "recall", average: "macro" }, "category", rows)).toBeCloseTo((1 + 1 / 2 + 0) / 3, 12);
});
