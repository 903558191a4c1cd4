import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import type { Graph, TensorType } from "../../compiler/graph/graph.ts";
import { TFJS_TYPE } from "../../compiler/lower/tfjs/graph-model.ts";
import { type TfjsModel, lowerToTfjs } from "../../compiler/lower/tfjs/lower-to-tfjs.ts";
import type { TensorData } from "../../runtime/engines/engine.ts";
import type { HostInputs } from "../onnx/support.ts";

// Says that this is a test, where its banner about a faster backend is of no use.
tf.env().set("IS_TEST", true);

/** Loads what the files would hold, as tfjs reads a `model.json` and its shards. */
export async function load({ json, shard }: TfjsModel): Promise<GraphModel> {
  const text = JSON.parse(JSON.stringify(json)) as tf.io.ModelJSON;
  const artifacts = await tf.io.getModelArtifactsForJSON(text, async (manifest) => [
    manifest.flatMap(({ weights }) => weights),
    shard.buffer,
  ]);
  return loadGraphModel(tf.io.fromMemory(artifacts));
}

/** Executes by the names of the signature and disposes of inputs and outputs, not of the model. */
export function execute(model: GraphModel, graph: Graph, inputs: HostInputs): Map<string, TensorData> {
  const fed = Object.fromEntries(graph.inputs.map(({ name, value }) => [name, tensor(value, inputs.get(name) ?? [])]));
  const names = graph.outputs.map(({ name }) => name);
  const results = [model.execute(fed, names)].flat();
  const data = results.map((result) => result.dataSync<"float32" | "int32" | "bool">());
  tf.dispose([fed, results]);
  return new Map(names.map((name, index) => [name, data[index] ?? new Float32Array()]));
}

export const backends = ["cpu", "wasm"] as const;

/** Fails where tfjs would quietly keep another backend. */
export async function useBackend(backend: (typeof backends)[number]): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
}

/** Lowers, loads, executes once on the backend that is set and disposes of everything. */
export async function runOnTfjs(graph: Graph, inputs: HostInputs): Promise<Map<string, TensorData>> {
  const model = await load(lowerToTfjs(graph));
  try {
    return execute(model, graph, inputs);
  } finally {
    model.dispose();
  }
}

function tensor({ dtype, shape }: TensorType, data: ArrayLike<number>): tf.Tensor {
  return tf.tensor(
    TFJS_TYPE[dtype] === "float32" ? Float32Array.from(data) : Int32Array.from(data),
    [...shape],
    TFJS_TYPE[dtype],
  );
}
