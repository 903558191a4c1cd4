import { readFileSync } from "node:fs";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import * as ort from "onnxruntime-node";
import type { CompiledGraph, CompiledInput, CompiledManifest } from "../../runtime/compiled/manifest.ts";

/** What another program does with a compiled folder: of this repository it knows the type of the manifest and no code. */

tf.env().set("IS_TEST", true);

export type Values = Float32Array | Int32Array | Uint8Array;

export interface Opened {
  readonly graph: CompiledGraph;
  /** By names of inputs; gives the outputs by their names. */
  run(inputs: ReadonlyMap<string, Values>): Promise<ReadonlyMap<string, Values>>;
  close(): Promise<void>;
}

export function readManifest(folder: string): CompiledManifest {
  return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as CompiledManifest;
}

export function graphOf({ graphs }: CompiledManifest, kind: CompiledGraph["kind"], task: string): CompiledGraph {
  const graph = graphs.find((each) => each.kind === kind && each.tasks.includes(task));
  if (!graph) throw new Error(`no graph ${kind} of ${task}`);
  return graph;
}

/** The tensors of a `.safetensors` file, all float32. */
export function readTensors(path: string): Map<string, Float32Array> {
  const bytes = readFileSync(path);
  const header = Number(bytes.readBigUInt64LE(0));
  const entries = Object.entries(JSON.parse(bytes.toString("utf8", 8, 8 + header)) as Record<string, { data_offsets: [number, number] }>);
  return new Map(entries.filter(([name]) => name !== "__metadata__").map(([name, { data_offsets: [from, to] }]) => [name, new Float32Array(Uint8Array.from(bytes.subarray(8 + header + from, 8 + header + to)).buffer)]));
}

export async function openTfjs(folder: string, graph: CompiledGraph): Promise<Opened> {
  const path = join(folder, graph.tfjs ?? "");
  const json = JSON.parse(readFileSync(path, "utf8")) as tf.io.ModelJSON;
  const load = () =>
    tf.io.getModelArtifactsForJSON(json, async (groups) => {
      const shards = groups.flatMap(({ paths }) => paths).map((shard) => readFileSync(join(path, "..", shard)));
      return [groups.flatMap(({ weights }) => weights), Uint8Array.from(Buffer.concat(shards)).buffer];
    });
  const model = await loadGraphModel({ load });
  return {
    graph,
    run: async (inputs) => {
      const fed = Object.fromEntries(graph.inputs.map(({ name, tfjsDtype, shape }) => [name, tensor(find(inputs, name), shape, tfjsDtype)]));
      const results = [model.execute(fed, graph.outputs.map(({ name }) => name))].flat();
      const outputs = new Map(graph.outputs.map(({ name }, index) => [name, results[index]?.dataSync<"float32" | "int32" | "bool">() ?? new Float32Array()]));
      tf.dispose([fed, results]);
      return outputs;
    },
    close: async () => model.dispose(),
  };
}

export async function openOnnx(folder: string, graph: CompiledGraph): Promise<Opened> {
  const session = await ort.InferenceSession.create(join(folder, graph.onnx ?? ""), { intraOpNumThreads: 1 });
  return {
    graph,
    run: async (inputs) => {
      const fed = Object.fromEntries(graph.inputs.map(({ name, dtype, shape }) => [name, new ort.Tensor(dtype, find(inputs, name), shape)]));
      const results = await session.run(fed, graph.outputs.map(({ onnxName }) => onnxName));
      return new Map(graph.outputs.map(({ name, onnxName }) => [name, results[onnxName]?.data as Values]));
    },
    close: () => session.release(),
  };
}

/** Steps from the initial tensors, fed as the manifest says; gives the loss of each and the tensors after the last. */
export async function train(folder: string, opened: Opened, steps: number) {
  const manifest = readManifest(folder);
  const tensors = readTensors(join(folder, manifest.initial.file));
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const outputs = await opened.run(new Map(opened.graph.inputs.map((input) => [input.name, valueOf(input, manifest, tensors, step)])));
    losses.push(outputs.get("loss")?.[0] ?? Number.NaN);
    for (const [name, values] of outputs) if (tensors.has(name)) tensors.set(name, Float32Array.from(values));
  }
  return { losses, tensors };
}

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

/** What the manifest says of an input, with arbitrary data in place of a data set: the same at each step, so that the loss falls. */
export function valueOf({ name, dtype, shape, source }: CompiledInput, manifest: CompiledManifest, tensors: ReadonlyMap<string, Float32Array>, step: number): Values {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const array = arrays[dtype];
  const each = (value: (index: number) => number) => array.from(Array.from({ length: size }, (_, index) => value(index)));
  switch (source.kind) {
    case "initial":
      return find(tensors, name);
    case "data": {
      const draw = uniform(name);
      return each(() => (source.below === undefined ? draw() : Math.floor(draw() * source.below)));
    }
    case "row_weight":
      return each((row) => (row === size - 1 ? 0 : 1));
    case "random": {
      const draw = uniform(`${name} ${step}`);
      const { distribution } = source;
      // Beta(α, α) has the mean 1/2, which is as good as any other draw here.
      return each(() => (distribution.kind === "beta" ? 0.5 : Math.floor(distribution.low + draw() * (1 + distribution.high - distribution.low))));
    }
    case "update":
      // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
      return array.of(new Function("rate", "count", `return ${source.expression}`)(manifest.training.optimizer.rate, step) as number);
    case "gradients":
      throw new Error(`${name} comes out of another graph`);
  }
}

/** A linear congruential generator (Knuth's constants), begun with the characters of a key. */
function uniform(key: string): () => number {
  let state = Array.from(key).reduce((hash, character) => (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0, 7);
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function find<Found>(values: ReadonlyMap<string, Found>, name: string): Found {
  const found = values.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function tensor(values: Values, shape: readonly number[], dtype: "float32" | "int32" | "bool"): tf.Tensor {
  return tf.tensor(dtype === "int32" ? Int32Array.from(values) : values, [...shape], dtype);
}
