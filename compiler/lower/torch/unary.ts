import type { DType } from "../../graph/graph.ts";
import { at } from "../at.ts";
import { asTensor, called, method, operand, precedence } from "./expression.ts";
import type { TorchLowering } from "./lowering.ts";

type PlainOp =
  "exp" | "log" | "sqrt" | "reciprocal" | "erf" | "tanh" | "sigmoid" | "relu" | "sin" | "cos" | "abs" | "sign";

function plain<Op extends PlainOp>(name: string): TorchLowering<Op> {
  return ({ inputs }) => method(at(inputs, 0), name);
}

const casts: { readonly [Type in DType]: string } = { float32: "float", int32: "int", uint8: "byte", bool: "bool" };

export const unary: {
  readonly [Op in PlainOp | "negate" | "gelu" | "softplus" | "cast" | "stop_gradient"]: TorchLowering<Op>;
} = {
  negate: ({ inputs }) => ({ text: `-${operand(at(inputs, 0), precedence.sign)}`, precedence: precedence.sign }),
  exp: plain("exp"),
  log: plain("log"),
  sqrt: plain("sqrt"),
  reciprocal: plain("reciprocal"),
  erf: plain("erf"),
  tanh: plain("tanh"),
  sigmoid: plain("sigmoid"),
  relu: plain("relu"),
  sin: plain("sin"),
  cos: plain("cos"),
  abs: plain("abs"),
  sign: plain("sign"),
  gelu: ({ node, inputs }) =>
    called(
      "F.gelu",
      asTensor(at(inputs, 0)).text,
      ...(node.attributes.approximation === "tanh" ? ['approximate="tanh"'] : []),
    ),
  // torch replaces the function by the identity above 20, which changes the last bits of a float32 alone.
  softplus: ({ inputs }) => called("F.softplus", asTensor(at(inputs, 0)).text),
  cast: ({ node, inputs }) => method(at(inputs, 0), casts[node.attributes.dtype]),
  stop_gradient: ({ inputs }) => method(at(inputs, 0), "detach"),
};
