import type { DType } from "../graph.ts";
import { broadcastAxes } from "./axes.ts";
import { eachOutput } from "./elementwise.ts";
import type { OpDefinition } from "./op.ts";
import { ORDERED, broadcastShapes, commonDType, operands } from "./operands.ts";

type ComparisonOp = "equal" | "less" | "less_equal" | "greater" | "greater_equal";
type LogicalOp = "logical_and" | "logical_or" | "logical_not";

function predicate<Op extends ComparisonOp | LogicalOp>(
  op: Op,
  count: 1 | 2,
  dtypes: readonly DType[],
  holds: (a: number, b: number) => boolean,
): OpDefinition<Op> {
  return {
    infer: (inputs) => {
      const types = operands(op, inputs, count);
      commonDType(op, types, dtypes);
      return [{ dtype: "bool", shape: broadcastShapes(op, types) }];
    },
    gradient: "not_differentiable",
    flops: eachOutput,
    axes: broadcastAxes,
    commutative: false,
    fold: (a, b) => (holds(a, b) ? 1 : 0),
  };
}

/** Elementwise comparison with NumPy broadcasting, to bool. */
export const comparison: { [Op in ComparisonOp | LogicalOp]: OpDefinition<Op> } = {
  equal: { ...predicate("equal", 2, ORDERED, (a, b) => a === b), commutative: true },
  less: predicate("less", 2, ORDERED, (a, b) => a < b),
  less_equal: predicate("less_equal", 2, ORDERED, (a, b) => a <= b),
  greater: predicate("greater", 2, ORDERED, (a, b) => a > b),
  greater_equal: predicate("greater_equal", 2, ORDERED, (a, b) => a >= b),
  logical_and: { ...predicate("logical_and", 2, ["bool"], (a, b) => a !== 0 && b !== 0), commutative: true },
  logical_or: { ...predicate("logical_or", 2, ["bool"], (a, b) => a !== 0 || b !== 0), commutative: true },
  logical_not: predicate("logical_not", 1, ["bool"], (a) => a === 0),
};
