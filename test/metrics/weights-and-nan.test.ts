import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import {
  type Rows,
  boxes,
  category,
  choice,
  contrastive,
  labels,
  masked,
  maskedClasses,
  maskedValues,
  measure,
  number,
  ranking,
  vector,
} from "./measure.ts";

/** Every metric, on every kind of target that it has. */
const everyMetric: readonly (readonly [ResolvedTarget["kind"], Rows, readonly ResolvedMetric[]])[] = [
  [
    "category",
    category,
    [
      { kind: "accuracy" },
      { kind: "top_k", k: 2 },
      ...(["f1", "precision", "recall"] as const).flatMap(
        (kind) =>
          [
            { kind, average: "macro" },
            { kind, average: "micro" },
            { kind, average: "macro", of: "class 2" },
          ] as const,
      ),
      { kind: "matthews" },
      { kind: "calibration_error", bins: 5 },
      ...(["roc_auc", "average_precision"] as const).flatMap(
        (kind) =>
          [
            { kind, average: "macro" },
            { kind, average: "micro" },
            { kind, average: "macro", of: "class 2" },
          ] as const,
      ),
    ],
  ],
  [
    "labels",
    labels,
    [
      { kind: "soft_accuracy" },
      ...(["f1", "precision", "recall"] as const).flatMap(
        (kind) =>
          [
            { kind, average: "macro" },
            { kind, average: "micro" },
          ] as const,
      ),
      { kind: "mean_average_precision" },
      ...(["roc_auc", "average_precision"] as const).flatMap(
        (kind) =>
          [
            { kind, average: "macro" },
            { kind, average: "micro" },
            { kind, average: "macro", of: "class 1" },
          ] as const,
      ),
    ],
  ],
  ["number", number, (["mse", "mae", "rmse", "mape", "r2", "pearson", "spearman"] as const).map((kind) => ({ kind }))],
  ["vector", vector, (["mse", "mae", "rmse", "mape", "r2"] as const).map((kind) => ({ kind }))],
  [
    "ranking",
    ranking,
    [
      { kind: "accuracy" },
      { kind: "mrr" },
      { kind: "ndcg" },
      { kind: "ndcg", k: 2 },
      { kind: "recall_at", k: 2 },
      { kind: "mean_recall" },
      { kind: "median_rank" },
    ],
  ],
  [
    "contrastive",
    contrastive,
    [
      { kind: "recall_at", k: 1 },
      { kind: "recall_at", k: 2, query: "x" },
      { kind: "mean_recall" },
      { kind: "median_rank" },
    ],
  ],
  [
    "choice",
    choice,
    [
      { kind: "accuracy" },
      { kind: "mrr" },
      { kind: "recall_at", k: 2 },
      { kind: "mean_iou" },
      { kind: "iou_at", least: 0.5 },
    ],
  ],
  [
    "boxes",
    boxes,
    [
      { kind: "mean_average_precision" },
      { kind: "mean_average_precision", iou: 0.6 },
      { kind: "recall_at_iou", iou: 0.5 },
    ],
  ],
  ["masked_classes", maskedClasses, [{ kind: "accuracy" }, { kind: "top_k", k: 2 }, { kind: "perplexity" }]],
  ["masked_values", maskedValues, [{ kind: "mse" }, { kind: "mae" }, { kind: "rmse" }, { kind: "r2" }]],
  ["masked", masked, [{ kind: "accuracy" }, { kind: "top_k", k: 2 }, { kind: "perplexity" }]],
];
const everyCase = everyMetric.flatMap(([kind, rows, metrics]) =>
  metrics.map((metric) => [metric, kind, rows] as const),
);

describe("a chosen region", () => {
  test("is as good as it overlaps the right box; of tied regions, their mean counts", () => {
    expect(measure({ kind: "mean_iou" }, "choice", choice)).toBeCloseTo((0.75 + 0.125 + 0.25 + 0.75) / 4, 6);
    expect(measure({ kind: "iou_at", least: 0.5 }, "choice", choice)).toBeCloseTo((1 + 0 + 0 + 1) / 4, 6);
    expect(measure({ kind: "accuracy" }, "choice", choice)).toBeCloseTo((1 + 0 + 0 + 0.5) / 4, 6);
  });
});

test("hidden parts are measured where a row has them", () => {
  expect(measure({ kind: "accuracy" }, "masked_classes", maskedClasses)).toBeCloseTo(1 / 3, 6);
  expect(measure({ kind: "mse" }, "masked_values", maskedValues)).toBeCloseTo((0 + 1 + 0 + 0.25 + 0 + 4) / 6, 6);
});

test("soft accuracy is the share of the label with the highest score", () => {
  const rows: Rows = {
    predictions: [
      [2, 1, 0],
      [0, 3, 1],
      [1, 1, 0],
    ],
    targets: [
      [0.6, 1, 0],
      [0, 0.3, 1],
      [1, 0.3, 0],
    ],
  };
  expect(measure({ kind: "soft_accuracy" }, "labels", rows)).toBeCloseTo((0.6 + 0.3 + 0.65) / 3, 6);
});

describe("weights of rows", () => {
  test.each(everyCase)("%j of %s: a row of weight 2 is that row twice", (metric, kind, rows) => {
    const count = rows.predictions.length;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: count, maxLength: count }), (weights) => {
        const repeated = <Item>(items: readonly Item[]): readonly Item[] =>
          items.flatMap((item, row) => Array<Item>(weights[row] ?? 1).fill(item));
        const expected = measure(metric, kind, {
          predictions: repeated(rows.predictions),
          targets: repeated(rows.targets),
        });
        expect(measure(metric, kind, { ...rows, weights })).toBeCloseTo(expected, 9);
      }),
      { numRuns: 20 },
    );
  });

  test.each(everyCase)("%j of %s: a row of weight 0 is not there, whatever it says", (metric, kind, rows) => {
    const broken = (rows.predictions[0] ?? []).map(() => Number.NaN);
    const measured = measure(metric, kind, {
      predictions: [broken, ...rows.predictions],
      targets: [rows.targets[0] ?? [], ...rows.targets],
      weights: [0, ...rows.targets.map(() => 1)],
    });
    expect(measured).toBeCloseTo(measure(metric, kind, rows), 9);
  });
});

describe("a prediction that is no number", () => {
  test.each(everyCase)("%j of %s is undefined from one of them on", (metric, kind, rows) => {
    for (const [row, scores] of rows.predictions.entries()) {
      const predictions = rows.predictions.with(row, scores.with(0, Number.NaN));
      expect(measure(metric, kind, { ...rows, predictions })).toBeNaN();
    }
  });

  test("may stand where there is no candidate and no hidden token", () => {
    const unasked: Rows = { ...ranking, predictions: ranking.predictions.with(1, [2, 1, 3, Number.NaN, Number.NaN]) };
    expect(measure({ kind: "mrr" }, "ranking", unasked)).toBe(measure({ kind: "mrr" }, "ranking", ranking));
    const unhidden: Rows = {
      ...masked,
      predictions: masked.predictions.with(1, [0, 3, 1, Number.NaN, Number.NaN, Number.NaN]),
    };
    expect(measure({ kind: "perplexity" }, "masked", unhidden)).toBe(measure({ kind: "perplexity" }, "masked", masked));
  });
});
