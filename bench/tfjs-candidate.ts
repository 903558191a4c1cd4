import type * as tfjs from "@tensorflow/tfjs-core";
import { registerTfjsGradients } from "../test/graph/tfjs-gradients.ts";
import { batchOf } from "./batch-of.ts";
import type { Candidate } from "./candidate.ts";
import { CLASSES, RATE, type Size } from "./size.ts";
import { timedSteps } from "./timed-steps.ts";
import { initialStore, planOf } from "./graph-candidate.ts";

type Tfjs = typeof tfjs;
type Weights = ReadonlyMap<string, tfjs.Variable>;

/**
 * The classifier as a program for tfjs, with tfjs's autodiff and Adam on the backend `backend`. It has the weights and
 * the batch of our own step.
 */
export async function tfjsCandidate(name: string, size: Size, backend: "wasm" | "tensorflow"): Promise<Candidate> {
  const tf = await import("@tensorflow/tfjs-core");
  await registerTfjsGradients();
  await tf.setBackend(backend);
  const plan = planOf(size);
  const variables = [...initialStore(plan).tensors()].map(
    ([weight, { shape, data }]) => [weight, tf.variable(tf.tensor(data, [...shape]), true)] as const,
  );
  const weights = new Map(variables);
  const { features } = batchOf(size, ["task_0"]);
  const ids = tf.tensor1d(Int32Array.from(features.get("words.ids") ?? []), "int32");
  const there = tf.ones([size.batch, size.length]);
  const target = oneHot(tf, tf.tensor1d(Int32Array.from(features.get("task_0.target") ?? []), "int32"), CLASSES);
  const optimizer = tf.train.adam(RATE, 0.9, 0.999, 1e-8);
  // The backend cannot differentiate an embedding (`UnsortedSegmentSum`), but a product with one-hot rows.
  const words = backend === "wasm" ? oneHot(tf, ids, size.vocabulary) : ids;
  const loss = (): tfjs.Scalar => {
    const logits = classify(tf, size, weights, words, there);
    return tf.mean(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), target), -1)));
  };
  return {
    name,
    steps: async (count) => {
      await tf.setBackend(backend);
      return timedSteps(count, async () => {
        const cost = optimizer.minimize(loss, true);
        const value = (await cost?.data())?.[0] ?? Number.NaN;
        cost?.dispose();
        return value;
      });
    },
    dispose: async () => {
      optimizer.dispose();
      tf.dispose([...weights.values(), ids, there, target, words]);
    },
  };
}

/**
 * One-hot rows in float32. The cast is needed because the kernel on `wasm` writes int32, whatever type is requested.
 */
function oneHot(tf: Tfjs, ids: tfjs.Tensor1D, depth: number): tfjs.Tensor {
  return tf.cast(tf.oneHot(ids, depth, 1, 0, "int32"), "float32");
}

function classify(
  tf: Tfjs,
  { layers, width, heads, length, batch }: Size,
  weights: Weights,
  words: tfjs.Tensor,
  there: tfjs.Tensor,
): tfjs.Tensor2D {
  const rows = batch * length;
  const side = width / heads;
  const get = (name: string): tfjs.Tensor => {
    const weight = weights.get(name);
    if (!weight) throw new Error(`no weight ${name}`);
    return weight;
  };
  const linear = (x: tfjs.Tensor, name: string): tfjs.Tensor =>
    tf.add(tf.matMul(x, get(`${name}.kernel`)), get(`${name}.bias`));
  const norm = (x: tfjs.Tensor, name: string): tfjs.Tensor => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(
      tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-6))), get(`${name}.scale`)),
      get(`${name}.offset`),
    );
  };
  const gelu = (x: tfjs.Tensor): tfjs.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const byHead = (x: tfjs.Tensor): tfjs.Tensor =>
    tf.transpose(tf.reshape(x, [batch, length, heads, side]), [0, 2, 1, 3]);
  const bias = tf.reshape(tf.mul(tf.sub(there, 1), 1e9), [batch, 1, 1, length]);

  const table = get("read.embed.table");
  const embedded = words.dtype === "int32" ? tf.gather(table, words) : tf.matMul(words, table);
  let x: tfjs.Tensor = tf.reshape(tf.add(tf.reshape(embedded, [batch, length, width]), get("read.positions.table")), [
    rows,
    width,
  ]);
  for (let layer = 0; layer < layers; layer++) {
    const at = `read.transformer.${layer}`;
    const read = norm(x, `${at}.attention_norm`);
    const [q, k, v] = [
      byHead(linear(read, `${at}.attention.query`)),
      byHead(linear(read, `${at}.attention.key`)),
      byHead(linear(read, `${at}.attention.value`)),
    ];
    const shares = tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(side)), bias));
    const mixed = tf.reshape(tf.transpose(tf.matMul(shares, v), [0, 2, 1, 3]), [rows, width]);
    x = tf.add(x, linear(mixed, `${at}.attention.output`));
    x = tf.add(x, linear(gelu(linear(norm(x, `${at}.ffn_norm`), `${at}.ffn.up`)), `${at}.ffn.down`));
  }
  const weighed = tf.mul(tf.reshape(x, [batch, length, width]), tf.reshape(there, [batch, length, 1]));
  const mean = tf.div(tf.sum(weighed, 1), tf.reshape(tf.maximum(tf.sum(there, 1), 1), [batch, 1]));
  return linear(mean, "task.task_0.head") as tfjs.Tensor2D;
}
