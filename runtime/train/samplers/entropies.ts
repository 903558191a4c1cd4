import type { PredictionEntropy } from "../../targets/runtime-target.ts";

/** The Shannon entropies of a model's predictions for some rows, in nats, and the largest possible entropy. */
export interface RowEntropies {
  readonly values: readonly number[];
  readonly most: number;
}

interface LogitRows {
  readonly rows: readonly number[];
  /** Logits in a row. */
  readonly classes: number;
  /** The number of outputs that have a class in the data, which come first; by default all. */
  readonly known?: number;
}

/** The entropies of some rows of `logits`. */
export function entropiesOf(
  { of, most }: Pick<PredictionEntropy, "of" | "most">,
  logits: Float32Array,
  { rows, classes, known = classes }: LogitRows,
): RowEntropies {
  return {
    values: rows.map((row) => of(logits.subarray(row * classes, row * classes + known))),
    most: most(known),
  };
}
