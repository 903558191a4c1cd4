import { broadcastBinary, constantStream, unary, type UnaryOp } from "../stream-ops.ts";
import { type Stream, number, poison, streamValue } from "../value.ts";
import type { Native, NativeCall } from "./native.ts";

/** One op on a stream; the same function on a compile-time number. */
function elementwise(op: UnaryOp, onNumber: (x: number) => number): Native {
  return {
    naming: "segment",
    accepts: "numbers",
    apply: (call) => {
      const value = call.value("x");
      if (value.kind === "number") return number(onNumber(value.value));
      return streamValue(unary(call.frame, op, call.stream("x")));
    },
  };
}

function binary(op: "maximum" | "minimum", onNumbers: (x: number, y: number) => number): Native {
  return {
    naming: "segment",
    accepts: "numbers",
    apply: (call) => {
      const [x, y] = [call.value("x"), call.value("y")];
      if (x.kind === "number" && y.kind === "number") return number(onNumbers(x.value, y.value));
      const result = broadcastBinary(call.frame, op, operand(call, "x"), operand(call, "y"));
      return result ? streamValue(result) : poison;
    },
  };
}

function operand(call: NativeCall, name: string): Stream {
  const value = call.value(name);
  return value.kind === "number" ? constantStream(call.frame, value.value) : call.stream(name);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export const elementwiseNatives: { readonly [name: string]: Native } = {
  exp: elementwise("exp", Math.exp),
  log: elementwise("log", Math.log),
  sqrt: elementwise("sqrt", Math.sqrt),
  tanh: elementwise("tanh", Math.tanh),
  sigmoid: elementwise("sigmoid", sigmoid),
  relu: elementwise("relu", (x) => Math.max(x, 0)),
  softplus: elementwise("softplus", (x) => Math.log1p(Math.exp(x))),
  sin: elementwise("sin", Math.sin),
  cos: elementwise("cos", Math.cos),
  abs: elementwise("abs", Math.abs),
  sign: elementwise("sign", Math.sign),
  maximum: binary("maximum", Math.max),
  minimum: binary("minimum", Math.min),
  erf: {
    naming: "segment",
    apply: (call) => streamValue(unary(call.frame, "erf", call.stream("x"))),
  },
  stop_gradient: {
    naming: "segment",
    apply: (call) => streamValue(unary(call.frame, "stop_gradient", call.stream("x"))),
  },
  gelu: {
    naming: "segment",
    apply: (call) => {
      const x = call.stream("x");
      return streamValue({
        ...x,
        value: call.emit("gelu", [x.value], {
          approximation: call.choice("approximation") === "tanh" ? "tanh" : "none",
        }),
      });
    },
  },
};
