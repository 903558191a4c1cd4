import type { DType, Shape } from "./graph.ts";

type None = Readonly<Record<string, never>>;
interface Reduction {
  /** Ascending, non-negative. */
  readonly axes: readonly number[];
  readonly keep_dimensions: boolean;
}

/**
 * Every primitive of the graph with its attributes. The ops table, the lowerings and the reference interpreter are
 * typed by this table, so that the compiler lists what is missing when a line is added here.
 */
export interface OpAttributes {
  constant: { readonly dtype: DType; readonly shape: Shape; readonly data: Float32Array | Int32Array | Uint8Array };
  /** A constant with the same value everywhere. */
  fill: { readonly dtype: DType; readonly shape: Shape; readonly value: number };

  // Elementwise with NumPy broadcasting, float32 or int32.
  add: None;
  subtract: None;
  multiply: None;
  /** int32 division truncates towards zero. */
  divide: None;
  maximum: None;
  minimum: None;
  // → bool. Comparison of float32, int32 or uint8.
  equal: None;
  less: None;
  less_equal: None;
  greater: None;
  greater_equal: None;
  logical_and: None;
  logical_or: None;
  logical_not: None;
  /** select(condition, a, b), broadcast. */
  select: None;

  negate: None;
  exp: None;
  log: None;
  sqrt: None;
  reciprocal: None;
  erf: None;
  tanh: None;
  sigmoid: None;
  relu: None;
  /** x·½(1+erf(x/√2)), or its tanh form (Hendrycks & Gimpel, 2016). */
  gelu: { readonly approximation: "none" | "tanh" };
  softplus: None;
  sin: None;
  cos: None;
  abs: None;
  sign: None;
  cast: { readonly dtype: DType };
  /** Identity with a gradient of zero. */
  stop_gradient: None;

  /** Sum and maximum of float32 or int32; at least one axis. */
  reduce_sum: Reduction;
  reduce_mean: Reduction;
  reduce_max: Reduction;
  /** → int32; the first index among equal maxima. */
  argmax: { readonly axis: number };
  /** Softmax over the last axis. */
  softmax: None;
  log_softmax: None;
  /** (x, scale, bias) → (y, mean, inverse_deviation) over the last axis; the last two keep it with size 1. */
  layer_norm: { readonly epsilon: number };

  /**
   * scale · a·b. Either both operands have equal leading dimensions ([…, M, K] × […, K, N]), or b has rank 2 and is
   * shared by all of a's leading dimensions. Transposes swap the last two axes.
   */
  matmul: { readonly transpose_a: boolean; readonly transpose_b: boolean; readonly scale: number };

  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  broadcast_to: { readonly shape: Shape };
  concat: { readonly axis: number };
  slice: { readonly starts: readonly number[]; readonly sizes: readonly number[] };
  /** Pads with zeros. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** gather(x, indices int32) along an axis: shape x[:axis] + indices + x[axis+1:]. */
  gather: { readonly axis: number };
  /** scatter_add(indices [n] int32, updates [n, …]) → [rows, …]: sums the updates with equal index. */
  scatter_add: { readonly rows: number };
  /** one_hot(indices int32) → float32 […, depth]. */
  one_hot: { readonly depth: number };
}

export type OpName = keyof OpAttributes;
