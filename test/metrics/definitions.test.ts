import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Rows, category, labels, measure } from "./measure.ts";

const classes = 4;
/** Distinct scores; few classes, so that some rows are right. */
const scored = fc.record({
  scores: fc
    .uniqueArray(fc.integer({ min: -30, max: 30 }), { minLength: classes, maxLength: classes })
    .map((scores) => scores.map((score) => score / 10)),
  target: fc.integer({ min: 0, max: classes - 1 }),
});
const rowsOf = (rows: readonly { readonly scores: readonly number[]; readonly target: number }[]): Rows => ({
  predictions: rows.map(({ scores }) => scores),
  targets: rows.map(({ target }) => [target]),
});
const given = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("precision and recall", () => {
  /** |given ∩ actual| ∕ |of|, or 0 of none, by sets of rows. */
  const share = (rows: Rows, of: number, among: "given" | "actual"): number => {
    const all = rows.predictions.map((scores, row) => ({
      given: given(scores) === of,
      actual: rows.targets[row]?.[0] === of,
    }));
    const chosen = all.filter((row) => row[among]);
    return chosen.length === 0 ? 0 : chosen.filter((row) => row.given && row.actual).length / chosen.length;
  };
  const seen = (rows: Rows): readonly number[] => [
    ...new Set([...rows.predictions.map(given), ...rows.targets.flat()]),
  ];

  test.each([
    ["precision", "given"],
    ["recall", "actual"],
  ] as const)("%s counts rows by its definition: of a class, in the mean of classes, over all", (kind, among) => {
    fc.assert(
      fc.property(fc.array(scored, { minLength: 1, maxLength: 12 }), (drawn) => {
        const rows = rowsOf(drawn);
        for (let of = 0; of < classes; of++)
          expect(measure({ kind, average: "macro", of: `class ${of}` }, "category", rows)).toBeCloseTo(
            share(rows, of, among),
            12,
          );
        expect(measure({ kind, average: "macro" }, "category", rows)).toBeCloseTo(
          mean(seen(rows).map((of) => share(rows, of, among))),
          12,
        );
        expect(measure({ kind, average: "micro" }, "category", rows)).toBeCloseTo(
          mean(rows.predictions.map((scores, row) => (given(scores) === rows.targets[row]?.[0] ? 1 : 0))),
          12,
        );
      }),
    );
  });

  test("F1 of a class is the harmonic mean of its two", () => {
    const of = "class 1";
    const [p, r] = [share(category, 1, "given"), share(category, 1, "actual")];
    expect(measure({ kind: "f1", average: "macro", of }, "category", category)).toBeCloseTo((2 * p * r) / (p + r), 12);
  });

  test("of labels look at one column", () => {
    // Column 1: given in the rows 1, 2 and 4, there in 1 and 2.
    expect(measure({ kind: "precision", average: "macro", of: "class 1" }, "labels", labels)).toBeCloseTo(2 / 3, 12);
    expect(measure({ kind: "recall", average: "macro", of: "class 1" }, "labels", labels)).toBe(1);
  });
});

describe("the calibration error", () => {
  /** Σ |B| ∕ n · |accuracy(B) − confidence(B)|, one bin after the other. */
  const byBins = ({ predictions, targets }: Rows, bins: number): number => {
    const rows = predictions.map((scores, row) => {
      const powers = scores.map((score) => Math.exp(Math.fround(score)));
      return {
        confidence: Math.max(...powers) / powers.reduce((sum, power) => sum + power, 0),
        right: given(scores) === targets[row]?.[0] ? 1 : 0,
      };
    });
    const parts = Array.from({ length: bins }, (_, bin) => {
      const inside = rows.filter(({ confidence }) => confidence > bin / bins && confidence <= (bin + 1) / bins);
      return inside.length === 0
        ? 0
        : (inside.length / rows.length) *
            Math.abs(mean(inside.map(({ right }) => right)) - mean(inside.map(({ confidence }) => confidence)));
    });
    return parts.reduce((sum, part) => sum + part, 0);
  };

  test("is the weighted gap of each bin", () => {
    fc.assert(
      fc.property(fc.array(scored, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (drawn, bins) => {
        expect(measure({ kind: "calibration_error", bins }, "category", rowsOf(drawn))).toBeCloseTo(
          byBins(rowsOf(drawn), bins),
          9,
        );
      }),
    );
  });

  test("is 0 where half of what is said with a probability of one half is right", () => {
    expect(
      measure({ kind: "calibration_error", bins: 10 }, "category", {
        predictions: [
          [0, 0],
          [0, 0],
        ],
        targets: [[0], [1]],
      }),
    ).toBe(0);
    expect(
      measure({ kind: "calibration_error", bins: 10 }, "category", {
        predictions: [
          [0, 0],
          [0, 0],
        ],
        targets: [[1], [1]],
      }),
    ).toBe(0.5);
  });

  test("does not let two bins that err in opposite ways cancel", () => {
    // Probabilities 1 − ε, wrong, and one half, right: gaps of 1 and 1/2, half of the rows each; in one bin they are |1/2 − 3/4|.
    const rows: Rows = {
      predictions: [
        [50, 0],
        [0, 0],
      ],
      targets: [[1], [0]],
    };
    expect(measure({ kind: "calibration_error", bins: 2 }, "category", rows)).toBeCloseTo(0.75, 9);
    expect(measure({ kind: "calibration_error", bins: 1 }, "category", rows)).toBeCloseTo(0.25, 9);
  });
});

describe("the area under the ROC curve", () => {
  /** The fraction of pairs of a row of the class and another row that are ranked correctly; equal scores count half. */
  const byPairs = (rows: readonly { readonly score: number; readonly present: boolean }[]): number => {
    const pairs = rows
      .filter(({ present }) => present)
      .flatMap((row) =>
        rows
          .filter(({ present }) => !present)
          .map((other) => (row.score > other.score ? 1 : row.score === other.score ? 0.5 : 0)),
      );
    return mean(pairs);
  };

  test("of two classes is the share of pairs in the right order", () => {
    const row = fc.record({
      scores: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
      target: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 12 }), (drawn) => {
        const expected = byPairs(
          drawn.map(({ scores: [first, second], target }) => ({ score: second - first, present: target === 1 })),
        );
        const found = measure({ kind: "roc_auc", average: "macro" }, "category", rowsOf(drawn));
        expect(found).toEqual(Number.isNaN(expected) ? NaN : expect.closeTo(expected, 9));
        expect(measure({ kind: "roc_auc", average: "macro", of: "class 0" }, "category", rowsOf(drawn))).toEqual(
          Number.isNaN(expected) ? NaN : expect.closeTo(expected, 9),
        );
      }),
    );
  });

  test("of more is the mean over classes that occur, each against the rest by its probability", () => {
    const rows: Rows = {
      predictions: [
        [2, 1, 0.1, -1],
        [0, 3, 1.2, -2],
        [1, 0.3, 2, -1],
        [0.4, 2, 1, -3],
        [3, 2.2, 1, 0],
        [0, 1.7, 5, -1],
      ],
      targets: [[0], [1], [2], [2], [1], [0]],
    };
    const probability = (scores: readonly number[], of: number): number =>
      Math.exp(scores[of] ?? 0) / scores.reduce((sum, score) => sum + Math.exp(score), 0);
    const ofClass = (of: number): number =>
      byPairs(
        rows.predictions.map((scores, at) => ({
          score: probability(scores, of),
          present: rows.targets[at]?.[0] === of,
        })),
      );
    // Class 3 does not occur.
    expect(measure({ kind: "roc_auc", average: "macro" }, "category", rows)).toBeCloseTo(
      mean([0, 1, 2].map(ofClass)),
      9,
    );
    expect(measure({ kind: "roc_auc", average: "macro", of: "class 2" }, "category", rows)).toBeCloseTo(ofClass(2), 9);
  });

  test("is one half of a constant, and not defined of rows that are all of one class", () => {
    expect(
      measure({ kind: "roc_auc", average: "macro" }, "category", {
        predictions: [
          [0, 1],
          [0, 1],
          [0, 1],
        ],
        targets: [[0], [1], [1]],
      }),
    ).toBe(0.5);
    expect(
      measure({ kind: "roc_auc", average: "macro" }, "category", {
        predictions: [
          [0, 1],
          [1, 0],
        ],
        targets: [[1], [1]],
      }),
    ).toBeNaN();
  });
});

test("the average precision of two classes is that of the second, unless one is named", () => {
  // By falling score of class 1: right, wrong, right.
  const rows: Rows = {
    predictions: [
      [0, 3],
      [0, 2],
      [0, 1],
    ],
    targets: [[1], [0], [1]],
  };
  expect(measure({ kind: "average_precision", average: "macro" }, "category", rows)).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(measure({ kind: "average_precision", average: "macro", of: "class 0" }, "category", rows)).toBeCloseTo(
    1 / 2,
    12,
  );
});

test("the percentage error divides by the target, and a target of 0 by next to nothing", () => {
  expect(measure({ kind: "mape" }, "number", { predictions: [[110], [-3]], targets: [[100], [-2]] })).toBeCloseTo(
    (0.1 + 0.5) / 2,
    12,
  );
  expect(measure({ kind: "mape" }, "number", { predictions: [[1]], targets: [[0]] })).toBe(2 ** 52);
});

test("ndcg of the first k places discounts what stands there, over the best that could", () => {
  // By falling score the grades are 5, 1, 0, 0, 10, so that the best one is last.
  const row: Rows = { predictions: [[0.1, 0.2, 0.3, 4, 70]], targets: [[10, 0, 0, 1, 5]] };
  expect(measure({ kind: "ndcg", k: 1 }, "ranking", row)).toBeCloseTo(5 / 10, 12);
  expect(measure({ kind: "ndcg", k: 2 }, "ranking", row)).toBeCloseTo(
    (5 + 1 / Math.log2(3)) / (10 + 5 / Math.log2(3)),
    12,
  );
  expect(measure({ kind: "ndcg", k: 9 }, "ranking", row)).toBe(measure({ kind: "ndcg" }, "ranking", row));
});

test("a class that the data does not have leaves what is asked of it undefined", () => {
  expect(measure({ kind: "f1", average: "macro", of: "class 9" }, "category", category)).toBeNaN();
});
