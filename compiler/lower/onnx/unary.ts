import { at } from "../at.ts";
import { call, castTo } from "./emitter.ts";
import type { OnnxLowering } from "./lowering.ts";

type PlainOp =
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
  | "sign"
  | "stop_gradient";

function plain<Op extends PlainOp>(operator: string): OnnxLowering<Op> {
  return ({ inputs }) => call(operator, inputs);
}

export const unary: { readonly [Op in PlainOp | "gelu" | "cast"]: OnnxLowering<Op> } = {
  negate: plain("Neg"),
  exp: plain("Exp"),
  log: plain("Log"),
  sqrt: plain("Sqrt"),
  reciprocal: plain("Reciprocal"),
  erf: plain("Erf"),
  tanh: plain("Tanh"),
  sigmoid: plain("Sigmoid"),
  relu: plain("Relu"),
  softplus: plain("Softplus"),
  sin: plain("Sin"),
  cos: plain("Cos"),
  abs: plain("Abs"),
  sign: plain("Sign"),
  stop_gradient: plain("Identity"),
  gelu: ({ node, inputs }) => call("Gelu", inputs, { approximate: { string: node.attributes.approximation } }),
  cast: ({ node, inputs }) => castTo(at(inputs, 0), node.attributes.dtype),
};
