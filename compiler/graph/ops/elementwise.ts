import type { Expressions } from "../expressions.ts";
import { expressions } from "../expressions.ts";
import { type TensorType, type Value, sizeOf } from "../graph.ts";
import { broadcastAxes } from "./axes.ts";
import type { OpDefinition } from "./op.ts";
import { NUMBER, broadcastShapes, commonDType, operands } from "./operands.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

type BinaryOp = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum";

interface Operands {
  readonly a: Value;
  readonly b: Value;
  readonly y: Value;
  readonly dy: Value;
}

/** The gradient of each operand in the shape of the result. All ops share the sum down to the operand's shape. */
interface Partials {
  readonly a: (e: Expressions, at: Operands) => Value;
  readonly b: (e: Expressions, at: Operands) => Value;
  /** Set if `b` returns the negative of the gradient: negating after the sum is the smaller pass. */
  readonly sign_b?: "negative";
}

function binary<Op extends BinaryOp>(
  op: Op,
  fold: (a: number, b: number) => number,
  partials: Partials,
): OpDefinition<Op> {
  return {
    infer: (inputs) => {
      const pair = operands(op, inputs, 2);
      return [{ dtype: commonDType(op, pair, NUMBER), shape: broadcastShapes(op, pair) }];
    },
    gradient: ({ builder, node, gradients: [dy], wanted }) => {
      const [a, b] = operands(op, node.inputs, 2);
      const [y] = node.outputs;
      if (!dy || !y) return [];
      const e = expressions(builder);
      const of_a = wanted[0] ? e.sumTo(partials.a(e, { a, b, y, dy }), a.shape) : undefined;
      const of_b = wanted[1] ? e.sumTo(partials.b(e, { a, b, y, dy }), b.shape) : undefined;
      return [of_a, of_b && partials.sign_b === "negative" ? e.negate(of_b) : of_b];
    },
    flops: eachOutput,
    axes: broadcastAxes,
    commutative: false,
    fold,
  };
}

export function eachOutput(_inputs: readonly TensorType[], outputs: readonly TensorType[]): number {
  return outputs.reduce((sum, output) => sum + sizeOf(output.shape), 0);
}

/** Elementwise ops with NumPy broadcasting. */
export const elementwise: { [Op in BinaryOp | "select"]: OpDefinition<Op> } = {
  add: {
    ...binary("add", (a, b) => a + b, { a: (_, { dy }) => dy, b: (_, { dy }) => dy }),
    commutative: true,
  },
  subtract: binary("subtract", (a, b) => a - b, { a: (_, { dy }) => dy, b: (_, { dy }) => dy, sign_b: "negative" }),
  multiply: {
    ...binary("multiply", (a, b) => a * b, {
      a: (e, { b, dy }) => e.multiply(dy, b),
      b: (e, { a, dy }) => e.multiply(dy, a),
    }),
    commutative: true,
  },
  // ∂(a/b)/∂b = −a/b² = −(1/b)·y: after merging common subexpressions one division is left for both.
  divide: binary("divide", (a, b) => a / b, {
    a: (e, { b, dy }) => e.divide(dy, b),
    b: (e, { b, y, dy }) => e.multiply(e.divide(dy, b), y),
    sign_b: "negative",
  }),
  // If the operands are equal, the first one gets the gradient.
  maximum: binary("maximum", Math.max, {
    a: (e, { a, b, dy }) => e.select(e.greaterEqual(a, b), dy, 0),
    b: (e, { a, b, dy }) => e.select(e.greaterEqual(a, b), 0, dy),
  }),
  minimum: binary("minimum", Math.min, {
    a: (e, { a, b, dy }) => e.select(e.greaterEqual(b, a), dy, 0),
    b: (e, { a, b, dy }) => e.select(e.greaterEqual(b, a), 0, dy),
  }),
  select: {
    infer: (inputs) => {
      const [condition, a, b] = operands("select", inputs, 3);
      if (condition.dtype !== "bool") throw new ShapeMismatch("select", inputs, "the condition is not bool");
      return [{ dtype: commonDType("select", [a, b], NUMBER), shape: broadcastShapes("select", inputs) }];
    },
    gradient: ({ builder, node, gradients: [dy], wanted }) => {
      const [condition, a, b] = operands("select", node.inputs, 3);
      if (!dy) return [];
      const e = expressions(builder);
      return [
        undefined,
        wanted[1] ? e.sumTo(e.select(condition, dy, 0), a.shape) : undefined,
        wanted[2] ? e.sumTo(e.select(condition, 0, dy), b.shape) : undefined,
      ];
    },
    flops: eachOutput,
    axes: broadcastAxes,
    commutative: false,
    fold: "never",
  },
};
