import type { OpAttributes } from "../attributes.ts";
import { type Expressions, expressions } from "../expressions.ts";
import { type DType, type Shape, type TensorType, type Value, sizeOf } from "../graph.ts";
import { type OutputAxis, followsEach, repeatedAxis } from "./axes.ts";
import type { OpDefinition } from "./op.ts";
import { FLOAT, NUMBER, commonDType, dimension, operands } from "./operands.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

type ReductionOp = "reduce_sum" | "reduce_mean" | "reduce_max";

interface Reduced {
  readonly x: Value;
  /** The result and its gradient, with the reduced axes kept at size 1. */
  readonly y: Value;
  readonly dy: Value;
  readonly axes: readonly number[];
}

function reduction<Op extends ReductionOp>(
  op: Op,
  dtypes: readonly DType[],
  gradient: (e: Expressions, at: Reduced) => Value,
): OpDefinition<Op> {
  return {
    infer: (inputs, attributes) => {
      const [x] = operands(op, inputs, 1);
      return [{ dtype: commonDType(op, [x], dtypes), shape: reducedShape(op, x, attributes) }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [x] = operands(op, node.inputs, 1);
      const [y] = node.outputs;
      if (!dy || !y) return [];
      const e = expressions(builder);
      const { axes } = node.attributes;
      const kept = reducedShape(op, x, { axes, keep_dimensions: true });
      return [gradient(e, { x, y: e.reshape(y, kept), dy: e.reshape(dy, kept), axes })];
    },
    flops: (inputs) => inputs.reduce((sum, input) => sum + sizeOf(input.shape), 0),
    axes: ([x], _outputs, { axes, keep_dimensions }) => [remainingAxes(x, axes, keep_dimensions ? [repeatedAxis] : [])],
    commutative: false,
    fold: "never",
  };
}

/** The axes of x, with others in place of those that are reduced. */
function remainingAxes(
  x: TensorType | undefined,
  reduced: readonly number[],
  inPlace: readonly OutputAxis[],
): readonly OutputAxis[] {
  return (x?.shape ?? []).flatMap((_, axis) => (reduced.includes(axis) ? inPlace : [followsEach({ input: 0, axis })]));
}

function reducedShape(op: ReductionOp, x: TensorType, { axes, keep_dimensions }: OpAttributes[ReductionOp]): Shape {
  const ascending = axes.every(
    (axis, index) => Number.isInteger(axis) && axis >= 0 && axis < x.shape.length && axis > (axes[index - 1] ?? -1),
  );
  if (axes.length === 0 || !ascending)
    throw new ShapeMismatch(op, [x], `axes [${axes.join(", ")}] are not ascending axes of it`);
  return x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep_dimensions ? [1] : []) : [size]));
}

export const reductions: { [Op in ReductionOp | "argmax"]: OpDefinition<Op> } = {
  reduce_sum: reduction("reduce_sum", NUMBER, (e, { x, dy }) => e.broadcastTo(dy, x.shape)),
  reduce_mean: reduction("reduce_mean", FLOAT, (e, { x, dy }) =>
    e.broadcastTo(e.multiply(dy, sizeOf(dy.shape) / sizeOf(x.shape)), x.shape),
  ),
  // Equal maxima get equal parts of the gradient.
  reduce_max: reduction("reduce_max", NUMBER, (e, { x, y, dy, axes }) => {
    const mask = e.cast(e.equal(x, y), "float32");
    return e.multiply(mask, e.divide(dy, e.reduceSum(mask, axes, "keep")));
  }),
  argmax: {
    infer: (inputs, { axis }) => {
      const [x] = operands("argmax", inputs, 1);
      commonDType("argmax", [x], NUMBER);
      if (axis < 0) throw new ShapeMismatch("argmax", inputs, `axis ${axis} is negative`);
      dimension("argmax", x, axis);
      return [{ dtype: "int32", shape: x.shape.filter((_, index) => index !== axis) }];
    },
    gradient: "not_differentiable",
    flops: (inputs) => inputs.reduce((sum, input) => sum + sizeOf(input.shape), 0),
    axes: ([x], _outputs, { axis }) => [remainingAxes(x, [axis], [])],
    commutative: false,
    fold: "never",
  },
};
