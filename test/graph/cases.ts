import type { OpAttributes, OpName } from "../../compiler/graph/attributes.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { DType, Graph, Shape, TensorType } from "../../compiler/graph/graph.ts";
import { distinct, integers, uniform } from "./random-data.ts";

export interface CaseInput extends TensorType {
  readonly data: readonly number[];
}

export interface OpCase<Attributes> {
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  readonly attributes: Attributes;
  /** A kink or a tie lies at these inputs: finite differences do not apply. */
  readonly kink?: true;
}

type Cases<Attributes> = readonly [OpCase<Attributes>, ...OpCase<Attributes>[]];
type Plain = OpAttributes["add"];
type Reduction = OpAttributes["reduce_sum"];

const float = (seed: number, shape: Shape, domain?: { low?: number; high?: number }): CaseInput => ({
  dtype: "float32",
  shape,
  data: uniform(seed, shape, domain),
});
const apart = (seed: number, shape: Shape): CaseInput => ({ dtype: "float32", shape, data: distinct(seed, shape) });
const whole = (seed: number, shape: Shape, below: number, dtype: DType = "int32"): CaseInput => ({
  dtype,
  shape,
  data: integers(seed, shape, { below }),
});
const signed = (seed: number, shape: Shape): CaseInput => ({
  dtype: "int32",
  shape,
  data: integers(seed, shape, { below: 19 }).map((value) => value - 9),
});
const flags = (seed: number, shape: Shape): CaseInput => whole(seed, shape, 2, "bool");
const zerosAndOnes = (seed: number): CaseInput => whole(seed, [2, 4], 2, "float32");
const literal = (dtype: DType, shape: Shape, data: readonly number[]): CaseInput => ({ dtype, shape, data });

const onePositive = (name: string, low: number): OpCase<Plain> => ({
  name,
  inputs: [float(1, [3, 4], { low, high: 3 })],
  attributes: {},
});
const smooth = (seed: number): [OpCase<Plain>, OpCase<Plain>] => [
  { name: "matrix", inputs: [float(seed, [3, 4])], attributes: {} },
  { name: "wide range", inputs: [float(seed + 1, [2, 3, 2], { low: -5, high: 5 })], attributes: {} },
];
const binary = (draw: (seed: number, shape: Shape) => CaseInput): Cases<Plain> => [
  { name: "same shape", inputs: [draw(1, [2, 3]), draw(2, [2, 3])], attributes: {} },
  { name: "row", inputs: [draw(3, [4, 2, 3]), draw(4, [3])], attributes: {} },
  { name: "column under a row", inputs: [draw(5, [2, 1]), draw(6, [1, 3])], attributes: {} },
  { name: "scalar first", inputs: [draw(7, []), draw(8, [2, 3])], attributes: {} },
  { name: "middle axis", inputs: [draw(9, [2, 1, 3]), draw(10, [4, 3])], attributes: {} },
  { name: "integers", inputs: [signed(11, [2, 5]), signed(12, [5])], attributes: {} },
];
/** Never closer than 1/64 to each other: the second is shifted off the first's raster. */
const offRaster = (seed: number, shape: Shape): CaseInput =>
  seed % 2 === 1
    ? apart(seed, shape)
    : { ...apart(seed, shape), data: distinct(seed, shape).map((value) => value + 1 / 32) };
const comparison: Cases<Plain> = [
  { name: "floats", inputs: [float(1, [2, 3]), float(2, [3])], attributes: {} },
  { name: "integers with equal ones", inputs: [whole(3, [4, 4], 3), whole(4, [4, 1], 3)], attributes: {} },
  { name: "bytes", inputs: [whole(5, [3, 5], 256, "uint8"), literal("uint8", [], [128])], attributes: {} },
];
const logical: Cases<Plain> = [
  { name: "same shape", inputs: [flags(1, [3, 4]), flags(2, [3, 4])], attributes: {} },
  { name: "row", inputs: [flags(3, [2, 3, 2]), flags(4, [2])], attributes: {} },
];
const reductions = (draw: (seed: number, shape: Shape) => CaseInput): Cases<Reduction> => [
  { name: "last, dropped", inputs: [draw(1, [3, 4])], attributes: { axes: [1], keep_dimensions: false } },
  { name: "first, dropped", inputs: [draw(2, [3, 4])], attributes: { axes: [0], keep_dimensions: false } },
  { name: "middle, kept", inputs: [draw(3, [2, 3, 4])], attributes: { axes: [1], keep_dimensions: true } },
  {
    name: "first and last, dropped",
    inputs: [draw(4, [2, 3, 2])],
    attributes: { axes: [0, 2], keep_dimensions: false },
  },
  { name: "all", inputs: [draw(5, [2, 5])], attributes: { axes: [0, 1], keep_dimensions: false } },
];
const wholeReduction: OpCase<Reduction> = {
  name: "integers",
  inputs: [signed(6, [3, 4])],
  attributes: { axes: [1], keep_dimensions: false },
};

const matmul = (
  name: string,
  a: Shape,
  b: Shape,
  { transpose_a = false, transpose_b = false, scale = 1 } = {},
): OpCase<OpAttributes["matmul"]> => ({
  name,
  inputs: [float(1, a), float(2, b)],
  attributes: { transpose_a, transpose_b, scale },
});

/** For every op what it is tried on: gradients, tfjs, passes and every lowering read these. */
export const cases: { readonly [Op in OpName]: Cases<OpAttributes[Op]> } = {
  constant: [
    {
      name: "floats",
      inputs: [],
      attributes: { dtype: "float32", shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 4, 0, -6) },
    },
    { name: "integers", inputs: [], attributes: { dtype: "int32", shape: [3], data: Int32Array.of(7, -8, 0) } },
    { name: "bytes", inputs: [], attributes: { dtype: "uint8", shape: [2], data: Uint8Array.of(0, 255) } },
    { name: "flags", inputs: [], attributes: { dtype: "bool", shape: [1, 2], data: Uint8Array.of(0, 1) } },
    { name: "scalar", inputs: [], attributes: { dtype: "float32", shape: [], data: Float32Array.of(0.25) } },
  ],
  fill: [
    { name: "floats", inputs: [], attributes: { dtype: "float32", shape: [2, 3], value: -1.5 } },
    { name: "scalar", inputs: [], attributes: { dtype: "float32", shape: [], value: 3 } },
    { name: "integers", inputs: [], attributes: { dtype: "int32", shape: [4], value: -3 } },
    { name: "flags", inputs: [], attributes: { dtype: "bool", shape: [2, 2], value: 1 } },
    { name: "bytes", inputs: [], attributes: { dtype: "uint8", shape: [2], value: 200 } },
  ],
  add: binary(float),
  subtract: binary(float),
  multiply: binary(float),
  divide: [
    { name: "same shape", inputs: [float(1, [2, 3]), float(2, [2, 3], { low: 0.5, high: 3 })], attributes: {} },
    { name: "row, negative", inputs: [float(3, [4, 2, 3]), float(4, [3], { low: -3, high: -0.5 })], attributes: {} },
    { name: "column under a row", inputs: [float(5, [2, 1]), float(6, [1, 3], { low: 0.5, high: 3 })], attributes: {} },
    { name: "by a scalar", inputs: [float(7, [2, 3]), float(8, [], { low: 0.5, high: 3 })], attributes: {} },
    { name: "integers", inputs: [signed(9, [2, 4]), literal("int32", [4], [2, -2, 3, -4])], attributes: {} },
  ],
  maximum: [
    ...binary(offRaster),
    { name: "ties", inputs: [zerosAndOnes(1), zerosAndOnes(2)], attributes: {}, kink: true },
  ],
  minimum: [
    ...binary(offRaster),
    { name: "ties", inputs: [zerosAndOnes(1), zerosAndOnes(2)], attributes: {}, kink: true },
  ],
  equal: comparison,
  less: comparison,
  less_equal: comparison,
  greater: comparison,
  greater_equal: comparison,
  logical_and: logical,
  logical_or: logical,
  logical_not: [{ name: "matrix", inputs: [flags(1, [3, 4])], attributes: {} }],
  select: [
    { name: "same shape", inputs: [flags(1, [3, 4]), float(2, [3, 4]), float(3, [3, 4])], attributes: {} },
    { name: "mask over columns", inputs: [flags(4, [3, 1]), float(5, [2, 3, 4]), float(6, [])], attributes: {} },
    { name: "mask is the largest", inputs: [flags(7, [2, 3, 4]), float(8, [4]), float(9, [3, 1])], attributes: {} },
    { name: "integers", inputs: [flags(10, [4]), signed(11, [3, 4]), signed(12, [])], attributes: {} },
  ],

  negate: [...smooth(1), { name: "integers", inputs: [signed(3, [5])], attributes: {} }],
  exp: smooth(10),
  log: [onePositive("positive", 0.2), onePositive("near one", 0.9)],
  sqrt: [onePositive("positive", 0.2)],
  reciprocal: [
    onePositive("positive", 0.3),
    { name: "negative", inputs: [float(2, [4], { low: -3, high: -0.4 })], attributes: {} },
  ],
  erf: smooth(20),
  tanh: smooth(30),
  sigmoid: smooth(40),
  relu: [{ name: "matrix", inputs: [apart(1, [3, 4])], attributes: {} }],
  gelu: [
    { name: "exact", inputs: [float(1, [3, 4], { low: -4, high: 4 })], attributes: { approximation: "none" } },
    { name: "tanh", inputs: [float(2, [3, 4], { low: -4, high: 4 })], attributes: { approximation: "tanh" } },
  ],
  softplus: smooth(70),
  sin: smooth(80),
  cos: smooth(90),
  abs: [
    { name: "matrix", inputs: [apart(1, [3, 4])], attributes: {} },
    { name: "integers", inputs: [signed(2, [5])], attributes: {} },
  ],
  sign: [
    { name: "matrix", inputs: [apart(1, [3, 4])], attributes: {} },
    { name: "zero", inputs: [literal("float32", [3], [-2, 0, 3])], attributes: {}, kink: true },
    { name: "integers", inputs: [signed(2, [5])], attributes: {} },
  ],
  cast: [
    { name: "float to float", inputs: [float(1, [2, 3])], attributes: { dtype: "float32" } },
    { name: "float to int", inputs: [float(2, [2, 3], { low: -4, high: 4 })], attributes: { dtype: "int32" } },
    { name: "float to byte", inputs: [float(3, [2, 3], { low: 0, high: 255 })], attributes: { dtype: "uint8" } },
    { name: "float to bool", inputs: [literal("float32", [4], [0, 0.5, -1, 0])], attributes: { dtype: "bool" } },
    { name: "int to float", inputs: [signed(4, [5])], attributes: { dtype: "float32" } },
    { name: "int to bool", inputs: [signed(5, [5])], attributes: { dtype: "bool" } },
    { name: "int to byte", inputs: [whole(6, [5], 256)], attributes: { dtype: "uint8" } },
    { name: "byte to float", inputs: [whole(7, [2, 4], 256, "uint8")], attributes: { dtype: "float32" } },
    { name: "byte to int", inputs: [whole(8, [2, 4], 256, "uint8")], attributes: { dtype: "int32" } },
    { name: "byte to bool", inputs: [whole(9, [2, 4], 3, "uint8")], attributes: { dtype: "bool" } },
    { name: "bool to float", inputs: [flags(10, [4])], attributes: { dtype: "float32" } },
    { name: "bool to int", inputs: [flags(11, [4])], attributes: { dtype: "int32" } },
    { name: "bool to byte", inputs: [flags(12, [4])], attributes: { dtype: "uint8" } },
  ],
  stop_gradient: [
    // Its derivative is not zero, its gradient is: that is the op's purpose.
    { name: "matrix", inputs: [float(1, [2, 3])], attributes: {}, kink: true },
    { name: "integers", inputs: [signed(2, [3])], attributes: {} },
  ],

  reduce_sum: [...reductions(float), wholeReduction],
  reduce_mean: reductions(float),
  reduce_max: [
    ...reductions(apart),
    wholeReduction,
    {
      name: "ties",
      inputs: [literal("float32", [2, 4], [1, 3, 3, 0, 2, 2, 2, 2])],
      attributes: { axes: [1], keep_dimensions: false },
      kink: true,
    },
  ],
  argmax: [
    { name: "last", inputs: [apart(1, [3, 4])], attributes: { axis: 1 } },
    { name: "first", inputs: [apart(2, [3, 4])], attributes: { axis: 0 } },
    { name: "middle", inputs: [apart(3, [2, 3, 4])], attributes: { axis: 1 } },
    {
      name: "ties",
      inputs: [literal("float32", [2, 4], [1, 3, 3, 0, 2, 2, 2, 2])],
      attributes: { axis: 1 },
      kink: true,
    },
    { name: "integers", inputs: [signed(4, [3, 5])], attributes: { axis: 1 } },
  ],
  softmax: [
    { name: "matrix", inputs: [float(1, [3, 4])], attributes: {} },
    { name: "large values", inputs: [float(2, [2, 3, 5], { low: 90, high: 96 })], attributes: {} },
  ],
  log_softmax: [
    { name: "matrix", inputs: [float(1, [3, 4])], attributes: {} },
    { name: "large values", inputs: [float(2, [2, 3, 5], { low: 90, high: 96 })], attributes: {} },
  ],
  layer_norm: [
    { name: "matrix", inputs: [float(1, [3, 8]), float(2, [8]), float(3, [8])], attributes: { epsilon: 1e-5 } },
    {
      name: "two leading axes",
      inputs: [float(4, [2, 3, 4]), float(5, [4]), float(6, [4])],
      attributes: { epsilon: 0.1 },
    },
    { name: "vector", inputs: [float(7, [6]), float(8, [6]), float(9, [6])], attributes: { epsilon: 1e-3 } },
    {
      name: "far from zero",
      inputs: [float(10, [2, 8], { low: 9, high: 11 }), float(11, [8]), float(12, [8])],
      attributes: { epsilon: 1e-3 },
    },
  ],

  matmul: [
    matmul("plain", [3, 4], [4, 2]),
    matmul("transposed left", [4, 3], [4, 2], { transpose_a: true }),
    matmul("transposed right", [3, 4], [2, 4], { transpose_b: true }),
    matmul("both transposed, scaled", [4, 3], [2, 4], { transpose_a: true, transpose_b: true, scale: 0.5 }),
    matmul("batched", [2, 3, 4], [2, 4, 5]),
    matmul("attention scores", [2, 2, 3, 4], [2, 2, 5, 4], { transpose_b: true, scale: 0.5 }),
    matmul("batched, left transposed", [2, 4, 3], [2, 4, 5], { transpose_a: true, scale: -2 }),
    matmul("batched, both transposed", [2, 4, 3], [2, 5, 4], { transpose_a: true, transpose_b: true }),
    matmul("shared right", [2, 3, 4], [4, 5]),
    matmul("shared right, transposed and scaled", [2, 2, 3, 4], [5, 4], { transpose_b: true, scale: 0.25 }),
    matmul("shared right, left transposed", [2, 4, 3], [4, 5], { transpose_a: true, scale: 3 }),
    matmul("shared right, both transposed", [2, 4, 3], [5, 4], { transpose_a: true, transpose_b: true }),
    matmul("column", [3, 4], [4, 1]),
  ],

  reshape: [
    { name: "flatten", inputs: [float(1, [2, 3, 4])], attributes: { shape: [6, 4] } },
    { name: "to scalar", inputs: [float(2, [1, 1])], attributes: { shape: [] } },
    { name: "integers", inputs: [signed(3, [6])], attributes: { shape: [2, 3] } },
    { name: "flags", inputs: [flags(4, [6])], attributes: { shape: [3, 1, 2] } },
  ],
  transpose: [
    { name: "matrix", inputs: [float(1, [2, 3])], attributes: { permutation: [1, 0] } },
    { name: "heads", inputs: [float(2, [2, 3, 2, 4])], attributes: { permutation: [0, 2, 1, 3] } },
    { name: "cycle", inputs: [float(3, [2, 3, 4])], attributes: { permutation: [2, 0, 1] } },
    { name: "integers", inputs: [signed(4, [2, 3])], attributes: { permutation: [1, 0] } },
    { name: "flags", inputs: [flags(5, [2, 3])], attributes: { permutation: [1, 0] } },
  ],
  broadcast_to: [
    { name: "row", inputs: [float(1, [3])], attributes: { shape: [2, 3] } },
    { name: "column", inputs: [float(2, [2, 1])], attributes: { shape: [4, 2, 3] } },
    { name: "scalar", inputs: [float(3, [])], attributes: { shape: [2, 2] } },
    { name: "integers", inputs: [signed(4, [3])], attributes: { shape: [2, 3] } },
    { name: "flags", inputs: [flags(5, [2, 1])], attributes: { shape: [2, 3] } },
  ],
  concat: [
    { name: "last", inputs: [float(1, [2, 3]), float(2, [2, 1])], attributes: { axis: 1 } },
    {
      name: "middle, three",
      inputs: [float(3, [2, 1, 3]), float(4, [2, 2, 3]), float(5, [2, 4, 3])],
      attributes: { axis: 1 },
    },
    { name: "one", inputs: [float(6, [2, 3])], attributes: { axis: 0 } },
    { name: "integers", inputs: [signed(7, [2]), signed(8, [3])], attributes: { axis: 0 } },
    { name: "flags", inputs: [flags(9, [2, 1]), flags(10, [2, 3])], attributes: { axis: 1 } },
  ],
  slice: [
    { name: "rows", inputs: [float(1, [5, 3])], attributes: { starts: [1, 0], sizes: [3, 3] } },
    { name: "first position", inputs: [float(2, [2, 4, 3])], attributes: { starts: [0, 0, 0], sizes: [2, 1, 3] } },
    { name: "inner block", inputs: [float(3, [3, 4, 5])], attributes: { starts: [1, 1, 2], sizes: [1, 2, 3] } },
    { name: "integers", inputs: [signed(4, [6])], attributes: { starts: [2], sizes: [3] } },
    { name: "flags", inputs: [flags(5, [2, 6])], attributes: { starts: [0, 2], sizes: [2, 3] } },
  ],
  pad: [
    { name: "both sides", inputs: [float(1, [2, 3])], attributes: { before: [1, 0], after: [0, 2] } },
    { name: "images", inputs: [float(2, [1, 2, 2, 3])], attributes: { before: [0, 1, 1, 0], after: [0, 1, 1, 0] } },
    { name: "integers", inputs: [signed(3, [3])], attributes: { before: [1], after: [2] } },
  ],
  gather: [
    {
      name: "rows, repeated",
      inputs: [float(1, [4, 3]), literal("int32", [2, 3], [0, 3, 1, 3, 3, 0])],
      attributes: { axis: 0 },
    },
    { name: "last axis", inputs: [float(2, [2, 5]), literal("int32", [3], [4, 0, 4])], attributes: { axis: 1 } },
    {
      name: "middle axis, two index axes",
      inputs: [float(3, [2, 3, 4]), literal("int32", [2, 2], [2, 0, 1, 2])],
      attributes: { axis: 1 },
    },
    { name: "one row", inputs: [float(4, [4, 3]), literal("int32", [], [2])], attributes: { axis: 0 } },
    { name: "integers", inputs: [signed(5, [4]), literal("int32", [3], [1, 1, 3])], attributes: { axis: 0 } },
  ],
  scatter_add: [
    { name: "repeated", inputs: [literal("int32", [5], [0, 3, 1, 3, 3]), float(1, [5, 3])], attributes: { rows: 4 } },
    {
      name: "two trailing axes",
      inputs: [literal("int32", [3], [1, 0, 1]), float(2, [3, 2, 4])],
      attributes: { rows: 2 },
    },
    { name: "vector", inputs: [literal("int32", [4], [2, 2, 0, 2]), float(3, [4])], attributes: { rows: 5 } },
  ],
  one_hot: [
    { name: "vector", inputs: [whole(1, [5], 4)], attributes: { depth: 4 } },
    { name: "matrix", inputs: [whole(2, [2, 3], 3)], attributes: { depth: 3 } },
  ],
};

export interface CaseGraph {
  readonly op: OpName;
  readonly name: string;
  readonly kink: boolean;
  /** Inputs `feature/x0`, `feature/x1` …, outputs `prediction/y0` …. */
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, readonly number[]>;
}

/** Every case of every op as a graph of one node. */
export const caseGraphs: readonly CaseGraph[] = (Object.keys(cases) as OpName[]).flatMap((op) => graphsOf(op));

function graphsOf(op: OpName): CaseGraph[] {
  const ofOp: Cases<OpAttributes[OpName]> = cases[op];
  return ofOp.map(({ name, inputs, attributes, kink = false }) => {
    const builder = new GraphBuilder();
    const values = inputs.map((input, index) =>
      builder.input({ kind: "feature", feature: `x${index}` }, { dtype: input.dtype, shape: input.shape }),
    );
    for (const [index, output] of builder.emitAll(op, values, attributes).entries())
      builder.output({ kind: "prediction", name: `y${index}` }, output);
    return {
      op,
      name: `${op}: ${name}`,
      kink,
      graph: builder.build(op),
      inputs: new Map(inputs.map((input, index) => [`feature/x${index}`, input.data])),
    };
  });
}
