import type { GraphBuilder } from "../graph/builder.ts";
import { expressions } from "../graph/expressions.ts";
import { type Value, sizeOf } from "../graph/graph.ts";

/**
 * Σ x² as a scalar: squares summed row by row, then over rows. Sums of short sums keep float32's precision in large
 * weights.
 */
export function sumOfSquares(builder: GraphBuilder, x: Value): Value {
  const e = expressions(builder);
  const columns = x.shape.at(-1) ?? 1;
  const rows = e.reshape(x, [sizeOf(x.shape) / columns, columns]);
  return e.reduceSum(e.reduceSum(e.multiply(rows, rows), [1], "drop"), [0], "drop");
}
