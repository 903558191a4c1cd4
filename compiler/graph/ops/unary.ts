import { type Expressions, expressions } from "../expressions.ts";
import type { DType, Value } from "../graph.ts";
import { broadcastAxes } from "./axes.ts";
import { eachOutput } from "./elementwise.ts";
import { geluGradient } from "./gelu-gradient.ts";
import type { Fold, OpDefinition } from "./op.ts";
import { ANY, FLOAT, NUMBER, commonDType, operands } from "./operands.ts";

type PlainUnaryOp =
  | "negate"
  | "exp"
  | "log"
  | "sqrt"
  | "reciprocal"
  | "erf"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "softplus"
  | "sin"
  | "cos"
  | "abs"
  | "sign";

export interface Slope {
  readonly x: Value;
  readonly y: Value;
  readonly dy: Value;
}

function unary<Op extends PlainUnaryOp>(
  op: Op,
  dtypes: readonly DType[],
  fold: Fold,
  slope: ((e: Expressions, at: Slope) => Value) | "flat",
): OpDefinition<Op> {
  return {
    infer: (inputs) => {
      const [x] = operands(op, inputs, 1);
      return [{ dtype: commonDType(op, [x], dtypes), shape: x.shape }];
    },
    gradient:
      slope === "flat"
        ? "not_differentiable"
        : ({ builder, node, gradients: [dy] }) => {
            const [x] = operands(op, node.inputs, 1);
            const [y] = node.outputs;
            return dy && y ? [slope(expressions(builder), { x, y, dy })] : [];
          },
    flops: eachOutput,
    axes: broadcastAxes,
    commutative: false,
    fold,
  };
}

/** Ops with one input and an output of the same shape. A transcendental function counts as one operation. */
export const unaries: { [Op in PlainUnaryOp | "gelu" | "cast" | "stop_gradient"]: OpDefinition<Op> } = {
  negate: unary(
    "negate",
    NUMBER,
    (x) => -x,
    (e, { dy }) => e.negate(dy),
  ),
  exp: unary("exp", FLOAT, Math.exp, (e, { y, dy }) => e.multiply(dy, y)),
  log: unary("log", FLOAT, Math.log, (e, { x, dy }) => e.divide(dy, x)),
  sqrt: unary("sqrt", FLOAT, Math.sqrt, (e, { y, dy }) => e.divide(e.multiply(dy, 0.5), y)),
  reciprocal: unary(
    "reciprocal",
    FLOAT,
    (x) => 1 / x,
    (e, { y, dy }) => e.multiply(e.multiply(e.multiply(dy, -1), y), y),
  ),
  // 2/√π · exp(−x²), with the factor as a summand of the exponent.
  erf: unary("erf", FLOAT, "never", (e, { x, dy }) =>
    e.multiply(dy, e.exp(e.subtract(Math.log(2 / Math.sqrt(Math.PI)), e.multiply(x, x)))),
  ),
  tanh: unary("tanh", FLOAT, Math.tanh, (e, { y, dy }) => e.multiply(dy, e.subtract(1, e.multiply(y, y)))),
  sigmoid: unary("sigmoid", FLOAT, "never", (e, { y, dy }) => e.multiply(dy, e.multiply(y, e.subtract(1, y)))),
  // y ≥ 0, so its sign is the mask.
  relu: unary(
    "relu",
    FLOAT,
    (x) => Math.max(x, 0),
    (e, { y, dy }) => e.multiply(dy, e.sign(y)),
  ),
  softplus: unary("softplus", FLOAT, "never", (e, { x, dy }) => e.multiply(dy, e.sigmoid(x))),
  sin: unary("sin", FLOAT, Math.sin, (e, { x, dy }) => e.multiply(dy, e.cos(x))),
  cos: unary("cos", FLOAT, Math.cos, (e, { x, dy }) => e.negate(e.multiply(dy, e.sin(x)))),
  abs: unary("abs", NUMBER, Math.abs, (e, { x, dy }) => e.multiply(dy, e.sign(x))),
  sign: unary("sign", NUMBER, Math.sign, "flat"),
  gelu: {
    infer: (inputs) => {
      const [x] = operands("gelu", inputs, 1);
      return [{ dtype: commonDType("gelu", [x], FLOAT), shape: x.shape }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [x] = operands("gelu", node.inputs, 1);
      const [y] = node.outputs;
      return dy && y ? [geluGradient[node.attributes.approximation](expressions(builder), { x, y, dy })] : [];
    },
    flops: (inputs, outputs) => 5 * eachOutput(inputs, outputs),
    axes: broadcastAxes,
    commutative: false,
    fold: "never",
  },
  cast: {
    infer: (inputs, { dtype }) => {
      const [x] = operands("cast", inputs, 1);
      commonDType("cast", [x], ANY);
      return [{ dtype, shape: x.shape }];
    },
    gradient: ({ node, gradients }) => (node.attributes.dtype === "float32" ? [gradients[0]] : []),
    flops: () => 0,
    axes: broadcastAxes,
    commutative: false,
    // Rounding to the new dtype is common to all ops.
    fold: (x) => x,
  },
  stop_gradient: {
    infer: (inputs) => [...operands("stop_gradient", inputs, 1)],
    gradient: "not_differentiable",
    flops: () => 0,
    axes: broadcastAxes,
    commutative: false,
    fold: "never",
  },
};
