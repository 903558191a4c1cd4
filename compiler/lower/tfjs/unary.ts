import { at } from "../at.ts";
import type { TfjsEmitter } from "./emitter.ts";
import { DATA_TYPE, TFJS_TYPE } from "./graph-model.ts";
import type { LoweringContext, TfjsLowering } from "./lowering.ts";

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

function plain<Op extends PlainOp>(operator: string): TfjsLowering<Op> {
  return ({ inputs, emitter }) => [emitter.node(operator, inputs)];
}

export const unary: { readonly [Op in PlainOp | "gelu" | "cast"]: TfjsLowering<Op> } = {
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
  stop_gradient: plain("StopGradient"),
  // A GraphModel has no operator for GELU.
  gelu: ({ node, inputs, emitter }) => {
    const x = at(inputs, 0);
    const bell = gate[node.attributes.approximation](emitter, x);
    return [
      emitter.node("Mul", [
        emitter.node("Mul", [x, emitter.float(0.5)]),
        emitter.node("AddV2", [bell, emitter.float(1)]),
      ]),
    ];
  },
  cast,
};

const gate: { readonly [Approximation in "none" | "tanh"]: (emitter: TfjsEmitter, x: string) => string } = {
  none: (emitter, x) => emitter.node("Erf", [emitter.node("Mul", [x, emitter.float(Math.SQRT1_2)])]),
  // Hendrycks & Gimpel (2016), section 2: tanh(√(2/π) · (x + 0.044715 x³)).
  tanh: (emitter, x) => {
    const cube = emitter.node("Mul", [x, emitter.node("Square", [x])]);
    const inner = emitter.node("AddV2", [x, emitter.node("Mul", [cube, emitter.float(0.044715)])]);
    return emitter.node("Tanh", [emitter.node("Mul", [inner, emitter.float(Math.sqrt(2 / Math.PI))])]);
  },
};

function cast({ node, inputs, emitter }: LoweringContext<"cast">): readonly string[] {
  const from = at(node.inputs, 0).dtype;
  const to = node.attributes.dtype;
  const x = at(inputs, 0);
  // `Cast` is not used: the WASM backend truncates the fraction first, so that 0.5 becomes false.
  if (to === "bool" && from !== "bool")
    return [emitter.node("NotEqual", [x, from === "float32" ? emitter.float(0) : emitter.integer(0)])];
  const converted =
    TFJS_TYPE[from] === TFJS_TYPE[to]
      ? emitter.node("Identity", [x])
      : emitter.node("Cast", [x], { DstT: { type: DATA_TYPE[to] } });
  const fits = to !== "uint8" || from === "uint8" || from === "bool";
  return [fits ? converted : lowestByte(emitter, converted)];
}

/** x − 256 ⌊x / 256⌋. `FloorMod` is missing in the WASM backend, `BitwiseAnd` in that of WebGPU. */
function lowestByte(emitter: TfjsEmitter, x: string): string {
  const size = emitter.integer(256);
  return emitter.node("Sub", [x, emitter.node("Mul", [emitter.node("FloorDiv", [x, size]), size])]);
}
