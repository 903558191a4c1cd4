import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { OpAttributes, OpName } from "../../compiler/graph/attributes.ts";
import type { CaseInput } from "./cases.ts";

// Says that this is a test, where its banner about a faster backend is of no use.
tf.env().set("IS_TEST", true);

type TfjsOp<Op extends OpName> = (inputs: readonly tf.Tensor[], attributes: OpAttributes[Op]) => tf.Tensor;

/** Why tfjs's autodiff says nothing about an op. */
export interface Lacking {
  readonly lacking: string;
}

const source: Lacking = { lacking: "has no inputs" };
const predicate: Lacking = { lacking: "gives booleans" };
const integers: Lacking = { lacking: "gives or takes integers only" };

/** Each op as functions of tfjs whose gradients tfjs derives itself. */
export const tfjsOps: { readonly [Op in OpName]: TfjsOp<Op> | Lacking } = {
  constant: source,
  fill: source,

  add: ([a, b]) => tf.add(given(a), given(b)),
  subtract: ([a, b]) => tf.sub(given(a), given(b)),
  multiply: ([a, b]) => tf.mul(given(a), given(b)),
  divide: ([a, b]) => tf.div(given(a), given(b)),
  maximum: ([a, b]) => tf.maximum(...broadcast(given(a), given(b))),
  minimum: ([a, b]) => tf.minimum(...broadcast(given(a), given(b))),
  equal: predicate,
  less: predicate,
  less_equal: predicate,
  greater: predicate,
  greater_equal: predicate,
  logical_and: predicate,
  logical_or: predicate,
  logical_not: predicate,
  select: ([condition, a, b]) => tf.where(given(condition), given(a), given(b)),

  negate: ([x]) => tf.neg(given(x)),
  exp: ([x]) => tf.exp(given(x)),
  log: ([x]) => tf.log(given(x)),
  sqrt: ([x]) => tf.sqrt(given(x)),
  reciprocal: ([x]) => tf.reciprocal(given(x)),
  erf: ([x]) => tf.erf(given(x)),
  tanh: ([x]) => tf.tanh(given(x)),
  sigmoid: ([x]) => tf.sigmoid(given(x)),
  relu: ([x]) => tf.relu(given(x)),
  gelu: ([input], { approximation }) => {
    const x = given(input);
    const cubic = tf.add(x, tf.mul(tf.mul(x, tf.mul(x, x)), 0.044715));
    const bell =
      approximation === "none" ? tf.erf(tf.mul(x, Math.SQRT1_2)) : tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI)));
    return tf.mul(tf.mul(x, 0.5), tf.add(bell, 1));
  },
  softplus: ([x]) => tf.softplus(given(x)),
  sin: ([x]) => tf.sin(given(x)),
  cos: ([x]) => tf.cos(given(x)),
  abs: ([x]) => tf.abs(given(x)),
  sign: ([x]) => tf.sign(given(x)),
  cast: ([x], { dtype }) => (dtype === "float32" ? tf.cast(given(x), dtype) : tf.zerosLike(given(x))),
  stop_gradient: { lacking: "tfjs has no such op" },

  reduce_sum: ([x], { axes, keep_dimensions }) => tf.sum(given(x), [...axes], keep_dimensions),
  reduce_mean: ([x], { axes, keep_dimensions }) => tf.mean(given(x), [...axes], keep_dimensions),
  reduce_max: ([x], { axes, keep_dimensions }) => tf.max(given(x), [...axes], keep_dimensions),
  argmax: integers,
  softmax: ([x]) => tf.softmax(given(x)),
  log_softmax: ([x]) => tf.logSoftmax(given(x)),
  layer_norm: ([x, scale, bias], { epsilon }) => {
    const { mean, variance } = tf.moments(given(x), -1, true);
    return tf.add(
      tf.mul(tf.mul(tf.sub(given(x), mean), tf.rsqrt(tf.add(variance, epsilon))), given(scale)),
      given(bias),
    );
  },

  matmul: ([left, right], { transpose_a, transpose_b, scale }) => {
    const [a, b] = [given(left), given(right)];
    // tfjs's gradient of a product does not sum over the leading dimensions that it broadcasts.
    const repeated =
      b.rank < a.rank ? tf.broadcastTo(b, [...a.shape.slice(0, -2), ...b.shape] as tf.ShapeMap[tf.Rank]) : b;
    return tf.mul(tf.matMul(a, repeated, transpose_a, transpose_b), scale);
  },

  reshape: ([x], { shape }) => tf.reshape(given(x), [...shape]),
  transpose: ([x], { permutation }) => tf.transpose(given(x), [...permutation]),
  broadcast_to: ([x], { shape }) => tf.broadcastTo(given(x), [...shape] as tf.ShapeMap[tf.Rank]),
  concat: (inputs, { axis }) => tf.concat([...inputs], axis),
  slice: ([x], { starts, sizes }) => tf.slice(given(x), [...starts], [...sizes]),
  pad: ([x], { before, after }) =>
    tf.pad(
      given(x),
      before.map((count, axis): [number, number] => [count, after[axis] ?? 0]),
    ),
  gather: ([x, indices], { axis }) => tf.gather(given(x), tf.cast(given(indices), "int32"), axis),
  scatter_add: ([indices, updates], { rows }) =>
    tf.unsortedSegmentSum(given(updates), tf.cast(given(indices), "int32") as tf.Tensor1D, rows),
  one_hot: integers,
};

/** ∂(Σ cotangent · y)/∂x for the inputs that are float, in tfjs's float32. */
export function tfjsGradients<Op extends OpName>(
  run: TfjsOp<Op>,
  attributes: OpAttributes[Op],
  inputs: readonly CaseInput[],
  cotangent: ArrayLike<number>,
): readonly Float32Array[] {
  return tf.tidy(() => {
    const tensors = inputs.map(({ dtype, shape, data }) =>
      tf.cast(tf.tensor(Float32Array.from(data), [...shape], "float32"), dtype === "uint8" ? "int32" : dtype),
    );
    const variables = tensors.filter((tensor) => tensor.dtype === "float32");
    const call = (...given: tf.Tensor[]): tf.Tensor => {
      const queue = [...given];
      return run(
        tensors.map((tensor) => (tensor.dtype === "float32" ? (queue.shift() ?? tensor) : tensor)),
        attributes,
      );
    };
    const dy = tf.tensor(Float32Array.from(cotangent), call(...variables).shape);
    return tf
      .grads(call)(variables, dy)
      .map((gradient) => gradient.dataSync() as Float32Array);
  });
}

/** tfjs's gradients of maximum and minimum do not sum over what these broadcast. */
function broadcast(a: tf.Tensor, b: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape) as tf.ShapeMap[tf.Rank];
  return [tf.broadcastTo(a, shape), tf.broadcastTo(b, shape)];
}

function given(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error("an input is missing");
  return tensor;
}
