import type { TargetKind } from "../../compiler/targets/target.ts";
import type { Metric } from "./metric.ts";
import type { ObservedRow } from "./observed-row.ts";

/** The mean over rows of a quantity of each row, and `finish` of it. */
export function meanOf<Kind extends TargetKind>(
  quantity: (row: ObservedRow[Kind]) => number,
  finish: (mean: number) => number = (mean) => mean,
): Metric<Kind> {
  let sum = 0;
  let count = 0;
  return {
    observe: (row, weight) => {
      sum += weight * quantity(row);
      count += weight;
    },
    value: () => finish(sum / count),
  };
}

/**
 * The mean over the tokens of all rows that count of a quantity of each, from its scores and its id, and `finish` of it.
 */
export function meanOverTokens(
  quantity: (scores: Float32Array, target: number) => number,
  finish: (mean: number) => number = (mean) => mean,
): Metric<"masked" | "masked_classes" | "sequence" | "tags"> {
  let sum = 0;
  let count = 0;
  return {
    observe: ({ scores, target }, weight) => {
      const width = scores.length / target.length;
      for (const [place, id] of target.entries()) {
        if (id < 0) continue;
        sum += weight * quantity(scores.subarray(place * width, (place + 1) * width), id);
        count += weight;
      }
    },
    value: () => finish(sum / count),
  };
}
