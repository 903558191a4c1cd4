import type { OpAttributes, OpName } from "../../compiler/graph/attributes.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { DType, Graph, Shape } from "../../compiler/graph/graph.ts";
import { integers, uniform } from "../graph/random-data.ts";
import type { HostInputs } from "./support.ts";

interface LargeInput {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: readonly number[];
}

interface LargeCase<Op extends OpName> {
  readonly inputs: readonly LargeInput[];
  readonly attributes: OpAttributes[Op];
}

const WIDE: Shape = [512, 256];
const float = (seed: number, shape: Shape = WIDE, domain?: { low: number; high: number }): LargeInput => ({
  dtype: "float32",
  shape,
  data: uniform(seed, shape, domain),
});
const whole = (seed: number, shape: Shape, below: number, dtype: DType = "int32"): LargeInput => ({
  dtype,
  shape,
  data: integers(seed, shape, { below }),
});

const binary = { inputs: [float(1), float(2)], attributes: {} };
const logical = { inputs: [whole(1, WIDE, 2, "bool"), whole(2, WIDE, 2, "bool")], attributes: {} };
const unary = { inputs: [float(1)], attributes: {} };
const positive = { inputs: [float(1, WIDE, { low: 0.1, high: 3 })], attributes: {} };
const rows = { inputs: [float(1)], attributes: { axes: [0], keep_dimensions: false } };

/** One case of every op that is large enough for ONNX Runtime to share among threads. */
const largeCases: { readonly [Op in OpName]: LargeCase<Op> } = {
  constant: { inputs: [], attributes: { dtype: "float32", shape: WIDE, data: Float32Array.from(uniform(1, WIDE)) } },
  fill: { inputs: [], attributes: { dtype: "float32", shape: WIDE, value: 0.1 } },
  add: binary,
  subtract: binary,
  multiply: binary,
  divide: { inputs: [float(1), float(2, WIDE, { low: 0.1, high: 3 })], attributes: {} },
  maximum: binary,
  minimum: binary,
  equal: binary,
  less: binary,
  less_equal: binary,
  greater: binary,
  greater_equal: binary,
  logical_and: logical,
  logical_or: logical,
  logical_not: { inputs: [whole(1, WIDE, 2, "bool")], attributes: {} },
  select: { inputs: [whole(1, WIDE, 2, "bool"), float(2), float(3)], attributes: {} },
  negate: unary,
  exp: unary,
  log: positive,
  sqrt: positive,
  reciprocal: positive,
  erf: unary,
  tanh: unary,
  sigmoid: unary,
  relu: unary,
  gelu: { inputs: [float(1)], attributes: { approximation: "none" } },
  softplus: unary,
  sin: unary,
  cos: unary,
  abs: unary,
  sign: unary,
  cast: { inputs: [whole(1, WIDE, 256, "uint8")], attributes: { dtype: "float32" } },
  stop_gradient: unary,
  reduce_sum: rows,
  reduce_mean: { inputs: [float(1)], attributes: { axes: [0, 1], keep_dimensions: false } },
  reduce_max: rows,
  argmax: { inputs: [float(1)], attributes: { axis: 0 } },
  softmax: unary,
  log_softmax: unary,
  layer_norm: { inputs: [float(1), float(2, [256]), float(3, [256])], attributes: { epsilon: 1e-5 } },
  matmul: {
    inputs: [float(1, [1024, 96]), float(2, [1024, 80])],
    attributes: { transpose_a: true, transpose_b: false, scale: 0.5 },
  },
  reshape: { inputs: [float(1)], attributes: { shape: [256, 512] } },
  transpose: { inputs: [float(1, [32, 16, 16, 16])], attributes: { permutation: [0, 2, 1, 3] } },
  broadcast_to: { inputs: [float(1, [256])], attributes: { shape: WIDE } },
  concat: { inputs: [float(1), float(2)], attributes: { axis: 1 } },
  slice: { inputs: [float(1)], attributes: { starts: [7, 3], sizes: [400, 200] } },
  pad: { inputs: [float(1)], attributes: { before: [3, 1], after: [2, 5] } },
  gather: { inputs: [float(1), whole(2, [2048], 512)], attributes: { axis: 0 } },
  // Most rows receive many updates: where threads add without care, summands are lost.
  scatter_add: { inputs: [whole(1, [4096], 100), float(2, [4096, 64])], attributes: { rows: 100 } },
  one_hot: { inputs: [whole(1, [4096], 100)], attributes: { depth: 100 } },
};

export interface LargeGraph {
  readonly op: OpName;
  readonly graph: Graph;
  readonly inputs: HostInputs;
}

export const largeGraphs: readonly LargeGraph[] = (Object.keys(largeCases) as OpName[]).map((op) => graphOf(op));

function graphOf(op: OpName): LargeGraph {
  const { inputs, attributes } = largeCases[op];
  const builder = new GraphBuilder();
  const values = inputs.map(({ dtype, shape }, index) =>
    builder.input({ kind: "feature", feature: `x${index}` }, { dtype, shape }),
  );
  for (const [index, value] of builder.emitAll(op, values, attributes).entries())
    builder.output({ kind: "prediction", name: `y${index}` }, value);
  return {
    op,
    graph: builder.build(op),
    inputs: new Map(inputs.map(({ data }, index) => [`feature/x${index}`, data])),
  };
}
