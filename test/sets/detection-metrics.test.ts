import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ResolvedMetric } from "../../compiler/schema/resolved.ts";
import { Measurement } from "../../runtime/metrics/measurement.ts";

interface Golden {
  readonly rows: readonly {
    readonly objects: readonly { readonly class: number; readonly box: readonly number[] }[];
    readonly logits: readonly (readonly number[])[];
    readonly boxes: readonly (readonly number[])[];
  }[];
  readonly mean_average_precision: number;
  readonly "at_0.5": number;
  readonly "at_0.75": number;
  readonly "recall_at_0.5": number;
  readonly "recall_at_0.75": number;
}

/** Drawn rows, and what pycocotools' `evaluateImg` and `accumulate` make of them (COCOeval for boxes, without crowds). */
const golden = JSON.parse(readFileSync(new URL("coco.json", import.meta.url), "utf8")) as Golden;
const most = 3;

function measured(metric: ResolvedMetric): number {
  const measurement = new Measurement(
    { target: { kind: "boxes", column: "objects", classes: 3, most, queries: 6 }, metrics: [metric] },
    { names: ["a", "b", "c"], scored: 3 },
  );
  for (const { objects, logits, boxes } of golden.rows) {
    const padded = Array.from({ length: most }, (_, index) => objects[index] ?? { class: -1, box: [0, 0, 0, 0] });
    measurement.add({
      predictions: new Map([
        ["logits", Float32Array.from(logits.flat())],
        ["boxes", Float32Array.from(boxes.flat())],
      ]),
      targets: new Map<string, Int32Array | Float32Array>([
        ["classes", Int32Array.from(padded, (object) => object.class)],
        ["boxes", Float32Array.from(padded.flatMap(({ box }) => box))],
      ]),
      rowWeight: Float32Array.of(1),
      classes: 3,
    });
  }
  return measurement.values()[0]?.value ?? Number.NaN;
}

test("mean average precision and recall are those of COCOeval", () => {
  expect(measured({ kind: "mean_average_precision" })).toBeCloseTo(golden.mean_average_precision, 6);
  expect(measured({ kind: "mean_average_precision", iou: 0.5 })).toBeCloseTo(golden["at_0.5"], 6);
  expect(measured({ kind: "mean_average_precision", iou: 0.75 })).toBeCloseTo(golden["at_0.75"], 6);
  expect(measured({ kind: "recall_at_iou", iou: 0.5 })).toBeCloseTo(golden["recall_at_0.5"], 6);
  expect(measured({ kind: "recall_at_iou", iou: 0.75 })).toBeCloseTo(golden["recall_at_0.75"], 6);
});
