import type { OpName } from "../../graph/attributes.ts";
import { type Code, f32x4, v128 } from "./wasm.ts";

/** An elementwise op on float32 and truth values. */
export interface HostOp {
  /** The op on single numbers, before rounding to float32; true is 1 and false 0. */
  readonly number: (...operands: readonly number[]) => number;
  /**
   * The op on four elements: from code that leaves each operand on the stack to code that leaves the result there. True
   * is all bits set.
   */
  readonly vector: (...operands: readonly Code[]) => Code;
}

type Operands<Count extends 1 | 2 | 3, Type> = Count extends 1
  ? [Type]
  : Count extends 2
    ? [Type, Type]
    : [Type, Type, Type];

function hostOp<Count extends 1 | 2 | 3>(
  _count: Count,
  number: (...operands: Operands<Count, number>) => number,
  vector: (...operands: Operands<Count, Code>) => Code,
): HostOp {
  return { number: number as HostOp["number"], vector: vector as HostOp["vector"] };
}

function binary(number: (a: number, b: number) => number, code: Code): HostOp {
  return hostOp(2, number, (a, b) => [...a, ...b, ...code]);
}

function predicate(holds: (a: number, b: number) => boolean, code: Code): HostOp {
  return binary((a, b) => (holds(a, b) ? 1 : 0), code);
}

const ZERO = v128.ofFloat32(0);
const ONE = v128.ofFloat32(1);

/**
 * Ops that the host can compute elementwise: those of WebAssembly's vectors, which are exact by IEEE 754, so that bits
 * do not depend on the processor. `"engine"`: a graph with this op runs on the engine; `"structure"`: `termsOf` handles
 * it.
 */
export const hostOps: { readonly [Op in OpName]: HostOp | "structure" | "engine" } = {
  add: binary((a, b) => a + b, f32x4.add),
  subtract: binary((a, b) => a - b, f32x4.subtract),
  multiply: binary((a, b) => a * b, f32x4.multiply),
  divide: binary((a, b) => a / b, f32x4.divide),
  maximum: binary(Math.max, f32x4.maximum),
  minimum: binary(Math.min, f32x4.minimum),
  equal: predicate((a, b) => a === b, f32x4.equal),
  less: predicate((a, b) => a < b, f32x4.less),
  less_equal: predicate((a, b) => a <= b, f32x4.lessEqual),
  greater: predicate((a, b) => a > b, f32x4.greater),
  greater_equal: predicate((a, b) => a >= b, f32x4.greaterEqual),
  logical_and: binary((a, b) => a * b, v128.and),
  logical_or: binary(Math.max, v128.or),
  logical_not: hostOp(
    1,
    (a) => 1 - a,
    (a) => [...a, ...v128.not],
  ),
  select: hostOp(
    3,
    (condition, a, b) => (condition === 0 ? b : a),
    (condition, a, b) => [...a, ...b, ...condition, ...v128.select],
  ),

  negate: hostOp(
    1,
    (a) => -a,
    (a) => [...a, ...f32x4.negate],
  ),
  sqrt: hostOp(1, Math.sqrt, (a) => [...a, ...f32x4.sqrt]),
  reciprocal: hostOp(
    1,
    (a) => 1 / a,
    (a) => [...ONE, ...a, ...f32x4.divide],
  ),
  relu: hostOp(
    1,
    (a) => Math.max(a, 0),
    (a) => [...a, ...ZERO, ...f32x4.maximum],
  ),
  abs: hostOp(1, Math.abs, (a) => [...a, ...f32x4.abs]),
  sign: hostOp(1, Math.sign, (a) => {
    const oneWhere = (comparison: Code): Code => [...a, ...ZERO, ...comparison, ...ONE, ...v128.and];
    return [...oneWhere(f32x4.greater), ...oneWhere(f32x4.less), ...f32x4.subtract];
  }),

  fill: "structure",
  reshape: "structure",
  broadcast_to: "structure",
  stop_gradient: "structure",
  reduce_sum: "structure",
  reduce_mean: "structure",

  constant: "engine",
  exp: "engine",
  log: "engine",
  erf: "engine",
  tanh: "engine",
  sigmoid: "engine",
  gelu: "engine",
  softplus: "engine",
  sin: "engine",
  cos: "engine",
  cast: "engine",
  reduce_max: "engine",
  argmax: "engine",
  softmax: "engine",
  log_softmax: "engine",
  layer_norm: "engine",
  matmul: "engine",
  transpose: "engine",
  concat: "engine",
  slice: "engine",
  pad: "engine",
  gather: "engine",
  scatter_add: "engine",
  one_hot: "engine",
};
