import type { Metric, ObservedRow, TargetKind } from "./metric.ts";

/** The mean over rows of a quantity of each row, and `finish` of it. */
export function meanOf<Kind extends TargetKind>(quantity: (row: ObservedRow[Kind]) => number, finish: (mean: number) => number = (mean) => mean): Metric<Kind> {
  let sum = 0;
  let count = 0;
  return {
    observe: (row) => {
      sum += quantity(row);
      count++;
    },
    value: () => finish(sum / count),
  };
}
