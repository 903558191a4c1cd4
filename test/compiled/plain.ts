import { readFileSync } from "node:fs";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import * as ort from "onnxruntime-node";
import type { CompiledGraph, CompiledManifest } from "../../runtime/export/manifest.ts";
import { type Opened, type Values, find, parseTensors } from "./by-manifest.ts";

/** A compiled folder on the disk, opened by tfjs and by ONNX Runtime alone. */

tf.env().set("IS_TEST", true);

export function readManifest(folder: string): CompiledManifest {
  return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as CompiledManifest;
}

export function readTensors(path: string): Map<string, Float32Array> {
  return parseTensors(Uint8Array.from(readFileSync(path)));
}

export async function loadTfjs(folder: string, graph: CompiledGraph): Promise<GraphModel> {
  const path = join(folder, graph.tfjs ?? "");
  const json = JSON.parse(readFileSync(path, "utf8")) as tf.io.ModelJSON;
  const load = () =>
    tf.io.getModelArtifactsForJSON(json, async (groups) => {
      const shards = groups.flatMap(({ paths }) => paths).map((shard) => readFileSync(join(path, "..", shard)));
      return [groups.flatMap(({ weights }) => weights), Uint8Array.from(Buffer.concat(shards)).buffer];
    });
  return loadGraphModel({ load });
}

export async function openTfjs(folder: string, graph: CompiledGraph): Promise<Opened> {
  const model = await loadTfjs(folder, graph);
  return {
    graph,
    run: async (inputs) => {
      const fed = Object.fromEntries(
        graph.inputs.map(({ name, tfjsDtype, shape }) => [name, tensor(find(inputs, name), shape, tfjsDtype)]),
      );
      const results = [
        model.execute(
          fed,
          graph.outputs.map(({ name }) => name),
        ),
      ].flat();
      const outputs = new Map(
        graph.outputs.map(({ name }, index) => [
          name,
          results[index]?.dataSync<"float32" | "int32" | "bool">() ?? new Float32Array(),
        ]),
      );
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
      const fed = Object.fromEntries(
        graph.inputs.map(({ name, dtype, shape }) => [name, new ort.Tensor(dtype, find(inputs, name), shape)]),
      );
      const results = await session.run(
        fed,
        graph.outputs.map(({ onnxName }) => onnxName),
      );
      return new Map(graph.outputs.map(({ name, onnxName }) => [name, results[onnxName]?.data as Values]));
    },
    close: () => session.release(),
  };
}

function tensor(values: Values, shape: readonly number[], dtype: "float32" | "int32" | "bool"): tf.Tensor {
  return tf.tensor(dtype === "int32" ? Int32Array.from(values) : values, [...shape], dtype);
}
