import "@tensorflow/tfjs-backend-webgpu";
import * as converter from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { ModelJson } from "../../compiler/lower/tfjs/graph-model.ts";
import type { TensorData } from "../../runtime/engines/engine.ts";
import { TfjsExecutable } from "../../runtime/engines/tfjs-executable.ts";
import { describeAdapter } from "../browser/adapter.ts";

/** The side of `PageEngine` that is in a browser: it runs graphs that were lowered in Node by WebGPU. */

export interface LoweredGraph {
  /** The graph without its nodes. */
  readonly graph: Pick<Graph, "name" | "inputs" | "outputs">;
  readonly json: ModelJson;
  readonly shard: Uint8Array;
}

export type NamedTensors = { readonly [name: string]: TensorData };

const executables: TfjsExecutable[] = [];

const gpuPage = {
  /** The name of the graphics processor; empty if WebGPU does not start. */
  start: async (): Promise<string> => {
    // Otherwise small tensors are computed on the processor.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    const adapter = await describeAdapter("webgpu");
    return adapter !== "" && (await tf.setBackend("webgpu").catch(() => false)) ? adapter : "";
  },

  load: ({ graph, json: { weightsManifest, ...rest }, shard }: LoweredGraph): number => {
    const model = converter.loadGraphModelSync({
      ...rest,
      weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
      weightData: Uint8Array.from(shard).buffer,
    });
    const backend = {
      name: "tfjs:webgpu",
      backend: "webgpu",
      version: tf.version_core,
      notes: [],
      core: tf,
      converter,
    } as const;
    return executables.push(new TfjsExecutable({ ...graph, nodes: [] }, backend, model)) - 1;
  },

  run: async ({ id, inputs }: { readonly id: number; readonly inputs: NamedTensors }): Promise<NamedTensors> => {
    const outputs = await executables[id]?.run(new Map(Object.entries(inputs)));
    return Object.fromEntries(outputs ?? []);
  },

  dispose: async (id: number): Promise<void> => executables[id]?.dispose(),
};

export type GpuPage = typeof gpuPage;

Object.assign(globalThis, { gpuPage });
