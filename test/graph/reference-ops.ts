import type { OpAttributes, OpName } from "../../compiler/graph/attributes.ts";
import type { DType, Shape } from "../../compiler/graph/graph.ts";
import { type Tensor, at, broadcastAt, broadcastShape, indexOf, range, sum, tabulate } from "./tensor.ts";

type Evaluate<Op extends OpName> = (inputs: readonly Tensor[], attributes: OpAttributes[Op]) => readonly Tensor[];

/** By the definition of each op, and by nothing that the compiler knows about it. */
export const referenceOps: { readonly [Op in OpName]: Evaluate<Op> } = {
  constant: (_, { dtype, shape, data }) => [{ dtype, shape, data: Float64Array.from(data) }],
  fill: (_, { dtype, shape, value }) => [tabulate(dtype, shape, () => value)],

  add: elementwise((a = 0, b = 0) => a + b),
  subtract: elementwise((a = 0, b = 0) => a - b),
  multiply: elementwise((a = 0, b = 0) => a * b),
  divide: (inputs, attributes) => {
    const integer = inputs[0]?.dtype === "int32";
    return elementwise((a = 0, b = 0) => (integer ? Math.trunc(a / b) : a / b))(inputs, attributes);
  },
  maximum: elementwise((a = 0, b = 0) => Math.max(a, b)),
  minimum: elementwise((a = 0, b = 0) => Math.min(a, b)),
  equal: predicate((a = 0, b = 0) => a === b),
  less: predicate((a = 0, b = 0) => a < b),
  less_equal: predicate((a = 0, b = 0) => a <= b),
  greater: predicate((a = 0, b = 0) => a > b),
  greater_equal: predicate((a = 0, b = 0) => a >= b),
  logical_and: predicate((a, b) => a === 1 && b === 1),
  logical_or: predicate((a, b) => a === 1 || b === 1),
  logical_not: predicate((a) => a === 0),
  select: (inputs) => {
    const [condition, a, b] = three(inputs);
    return [
      tabulate(a.dtype, broadcastShape(inputs), (index) =>
        broadcastAt(condition, index) === 1 ? broadcastAt(a, index) : broadcastAt(b, index),
      ),
    ];
  },

  negate: elementwise((x = 0) => -x),
  exp: elementwise((x = 0) => Math.exp(x)),
  log: elementwise((x = 0) => Math.log(x)),
  sqrt: elementwise((x = 0) => Math.sqrt(x)),
  reciprocal: elementwise((x = 0) => 1 / x),
  erf: elementwise((x = 0) => erf(x)),
  tanh: elementwise((x = 0) => Math.tanh(x)),
  sigmoid: elementwise((x = 0) => 1 / (1 + Math.exp(-x))),
  relu: elementwise((x = 0) => Math.max(x, 0)),
  gelu: (inputs, { approximation }) =>
    elementwise((x = 0) =>
      approximation === "none"
        ? 0.5 * x * (1 + erf(x / Math.sqrt(2)))
        : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    )(inputs, {}),
  softplus: elementwise((x = 0) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  sin: elementwise((x = 0) => Math.sin(x)),
  cos: elementwise((x = 0) => Math.cos(x)),
  abs: elementwise((x = 0) => Math.abs(x)),
  sign: elementwise((x = 0) => Math.sign(x)),
  cast: (inputs, { dtype }) => [
    tabulate(dtype, first(inputs).shape, (index) => castTo[dtype](at(first(inputs), index))),
  ],
  stop_gradient: (inputs) => [first(inputs)],

  reduce_sum: (inputs, { axes, keep_dimensions }) => [
    reduce(first(inputs), axes, keep_dimensions ? "keep" : "drop", sum),
  ],
  reduce_mean: (inputs, { axes, keep_dimensions }) => [
    reduce(first(inputs), axes, keep_dimensions ? "keep" : "drop", (values) => sum(values) / values.length),
  ],
  reduce_max: (inputs, { axes, keep_dimensions }) => [
    reduce(first(inputs), axes, keep_dimensions ? "keep" : "drop", (values) => Math.max(...values)),
  ],
  argmax: (inputs, { axis }) => {
    const places = reduce(first(inputs), [axis], "drop", (values) => values.indexOf(Math.max(...values)));
    return [{ ...places, dtype: "int32" }];
  },
  softmax: (inputs) => [alongLast(first(inputs), (row) => row.map((value) => Math.exp(value - logSumExp(row))))],
  log_softmax: (inputs) => [alongLast(first(inputs), (row) => row.map((value) => value - logSumExp(row)))],
  layer_norm: (inputs, { epsilon }) => {
    const [x, scale, bias] = three(inputs);
    const last = [x.shape.length - 1];
    const mean = reduce(x, last, "keep", (row) => sum(row) / row.length);
    const inverseDeviation = reduce(x, last, "keep", (row) => {
      const middle = sum(row) / row.length;
      return 1 / Math.sqrt(sum(row.map((value) => (value - middle) ** 2)) / row.length + epsilon);
    });
    const y = tabulate("float32", x.shape, (index) => {
      const normal = (at(x, index) - broadcastAt(mean, index)) * broadcastAt(inverseDeviation, index);
      return normal * broadcastAt(scale, index) + broadcastAt(bias, index);
    });
    return [y, mean, inverseDeviation];
  },

  matmul: (inputs, { transpose_a, transpose_b, scale }) => {
    const [a, b] = two(inputs);
    const left = transpose_a ? swapped(a) : a;
    const right = transpose_b ? swapped(b) : b;
    const [rows = 0, inner = 0] = left.shape.slice(-2);
    const columns = right.shape.at(-1) ?? 0;
    return [
      tabulate("float32", [...left.shape.slice(0, -2), rows, columns], (index) => {
        const leading = index.slice(0, -2);
        const [row = 0, column = 0] = index.slice(-2);
        const leadingOfRight = right.shape.length === 2 ? [] : leading;
        return (
          scale *
          sum(range(inner).map((k) => at(left, [...leading, row, k]) * at(right, [...leadingOfRight, k, column])))
        );
      }),
    ];
  },

  reshape: (inputs, { shape }) => [{ ...first(inputs), shape }],
  transpose: (inputs, { permutation }) => [transposed(first(inputs), permutation)],
  broadcast_to: (inputs, { shape }) => [
    tabulate(first(inputs).dtype, shape, (index) => broadcastAt(first(inputs), index)),
  ],
  concat: (inputs, { axis }) => {
    const sizes = inputs.map((input) => input.shape[axis] ?? 0);
    return [
      tabulate(first(inputs).dtype, first(inputs).shape.with(axis, sum(sizes)), (index) => {
        let place = index[axis] ?? 0;
        let part = 0;
        while (place >= (sizes[part] ?? Infinity)) place -= sizes[part++] ?? 0;
        return at(inputs[part] ?? first(inputs), index.with(axis, place));
      }),
    ];
  },
  slice: (inputs, { starts, sizes }) => [
    tabulate(first(inputs).dtype, sizes, (index) =>
      at(
        first(inputs),
        index.map((place, axis) => place + (starts[axis] ?? 0)),
      ),
    ),
  ],
  pad: (inputs, { before, after }) => {
    const x = first(inputs);
    const shape = x.shape.map((size, axis) => (before[axis] ?? 0) + size + (after[axis] ?? 0));
    return [
      tabulate(x.dtype, shape, (index) => {
        const source = index.map((place, axis) => place - (before[axis] ?? 0));
        return source.every((place, axis) => place >= 0 && place < (x.shape[axis] ?? 0)) ? at(x, source) : 0;
      }),
    ];
  },
  gather: (inputs, { axis }) => {
    const [x, indices] = two(inputs);
    const span = indices.shape.length;
    return [
      tabulate(x.dtype, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], (index) =>
        at(x, [...index.slice(0, axis), at(indices, index.slice(axis, axis + span)), ...index.slice(axis + span)]),
      ),
    ];
  },
  scatter_add: (inputs, { rows }) => {
    const [indices, updates] = two(inputs);
    return [
      tabulate(updates.dtype, [rows, ...updates.shape.slice(1)], ([row = 0, ...rest]) =>
        sum(range(indices.data.length).map((each) => (at(indices, [each]) === row ? at(updates, [each, ...rest]) : 0))),
      ),
    ];
  },
  one_hot: (inputs, { depth }) => [
    tabulate("float32", [...first(inputs).shape, depth], (index) =>
      at(first(inputs), index.slice(0, -1)) === index.at(-1) ? 1 : 0,
    ),
  ],
};

function elementwise(value: (...operands: readonly number[]) => number) {
  return (inputs: readonly Tensor[], _attributes: object): readonly Tensor[] => [
    tabulate(first(inputs).dtype, broadcastShape(inputs), (index) =>
      value(...inputs.map((input) => broadcastAt(input, index))),
    ),
  ];
}

function predicate(holds: (...operands: readonly number[]) => boolean) {
  return (inputs: readonly Tensor[]): readonly Tensor[] => [
    tabulate("bool", broadcastShape(inputs), (index) =>
      holds(...inputs.map((input) => broadcastAt(input, index))) ? 1 : 0,
    ),
  ];
}

const castTo: { [To in DType]: (value: number) => number } = {
  float32: (value) => value,
  int32: (value) => Math.trunc(value),
  uint8: (value) => Math.trunc(value) & 255,
  bool: (value) => (value === 0 ? 0 : 1),
};

function reduce(
  x: Tensor,
  axes: readonly number[],
  dimensions: "keep" | "drop",
  value: (values: readonly number[]) => number,
): Tensor {
  const groups = new Map<string, number[]>();
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  for (let offset = 0; offset < x.data.length; offset++) {
    const key = indexOf(x.shape, offset)
      .map((place, axis) => (axes.includes(axis) ? 0 : place))
      .join();
    const group = groups.get(key) ?? [];
    group.push(x.data[offset] ?? Number.NaN);
    groups.set(key, group);
  }
  const result = tabulate(x.dtype, kept, (index) => value(groups.get(index.join()) ?? []));
  return dimensions === "keep" ? result : { ...result, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}

function alongLast(x: Tensor, map: (row: readonly number[]) => readonly number[]): Tensor {
  const width = x.shape.at(-1) ?? 1;
  const rows = range(x.data.length / width).map((row) => Array.from(x.data.subarray(row * width, (row + 1) * width)));
  return { ...x, data: Float64Array.from(rows.flatMap((row) => map(row))) };
}

function logSumExp(row: readonly number[]): number {
  const peak = Math.max(...row);
  return peak + Math.log(sum(row.map((value) => Math.exp(value - peak))));
}

function transposed(x: Tensor, permutation: readonly number[]): Tensor {
  const shape: Shape = permutation.map((axis) => x.shape[axis] ?? 0);
  return tabulate(x.dtype, shape, (index) =>
    at(
      x,
      permutation.map((_, axis) => index[permutation.indexOf(axis)] ?? 0),
    ),
  );
}

function swapped(x: Tensor): Tensor {
  const rank = x.shape.length;
  return transposed(x, [...range(rank - 2), rank - 1, rank - 2]);
}

/** 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms are all of one sign (Abramowitz & Stegun, 7.1.6). */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let series = x;
  for (let n = 1; Math.abs(term) > Number.EPSILON * Math.abs(series) * 0.01; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    series += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * series;
}

function first(inputs: readonly Tensor[]): Tensor {
  const [a] = inputs;
  if (!a) throw new Error("an input is missing");
  return a;
}

function two(inputs: readonly Tensor[]): readonly [Tensor, Tensor] {
  const [a, b] = inputs;
  if (!a || !b) throw new Error("an input is missing");
  return [a, b];
}

function three(inputs: readonly Tensor[]): readonly [Tensor, Tensor, Tensor] {
  const [a, b, c] = inputs;
  if (!a || !b || !c) throw new Error("an input is missing");
  return [a, b, c];
}
