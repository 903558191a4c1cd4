import "@tensorflow/tfjs-backend-webgl";
import "@tensorflow/tfjs-backend-webgpu";
import * as converter from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { CompiledGraph, CompiledManifest } from "../../runtime/export/manifest.ts";
import { TfjsExecutable } from "../../runtime/engines/tfjs-executable.ts";
import { type BrowserBackend, describeAdapter } from "./adapter.ts";
import { type Opened, feeds, find, graphOf, parseTensors, train } from "../compiled/by-manifest.ts";

/** The program for the browser. It loads a compiled folder over HTTP and runs it on a backend for graphics processors. */

export interface Started {
  /** True if the backend starts in this browser. */
  readonly started: boolean;
  /** The browser's name of the graphics processor. */
  readonly adapter: string;
}

export interface Request {
  readonly task: string;
  readonly steps: number;
  /** The program that runs the graphs: tfjs alone, or the engine that also trains in Node. */
  readonly by: "tfjs" | "engine";
}

export interface Ran {
  readonly losses: readonly number[];
  /** The first values of the outputs of `evaluate` and `predict`, by name. */
  readonly evaluated: { readonly [name: string]: readonly number[] };
  readonly predicted: { readonly [name: string]: readonly number[] };
  /** The tensors in memory after the models are disposed of, above those before they were loaded. */
  readonly tensorsLeft: number;
}

const page = {
  start: async (backend: BrowserBackend): Promise<Started> => {
    // By default small tensors are computed on the processor, and all tensors of a small model are small.
    tf.env().set("WEBGL_CPU_FORWARD", false);
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    const adapter = await describeAdapter(backend);
    const started = adapter !== "" && (await tf.setBackend(backend).catch(() => false));
    return { started, adapter };
  },

  run: async ({ task, steps, by }: Request): Promise<Ran> => {
    const before = tf.memory().numTensors;
    const manifest = (await (await fetch("/compiled/manifest.json")).json()) as CompiledManifest;
    const initial = parseTensors(
      new Uint8Array(await (await fetch(`/compiled/${manifest.initial.file}`)).arrayBuffer()),
    );
    const open = by === "tfjs" ? openModel : openStep;
    const once = async (kind: CompiledGraph["kind"]) => {
      const opened = await open(graphOf(manifest, kind, task));
      const outputs = await opened.run(feeds(opened.graph, initial, 1));
      await opened.close();
      return Object.fromEntries([...outputs].map(([name, values]) => [name, Array.from(values)]));
    };
    const opened = await open(graphOf(manifest, "step", task));
    const { losses } = await train({ initial, opened, steps });
    await opened.close();
    return {
      losses,
      evaluated: await once("evaluate"),
      predicted: await once("predict"),
      tensorsLeft: tf.memory().numTensors - before,
    };
  },
};

export type Page = typeof page;

Object.assign(globalThis, { page });

/** Calls `loadGraphModel` with an address, and awaits the results, like an ordinary page. */
async function openModel(graph: CompiledGraph): Promise<Opened> {
  const model = await converter.loadGraphModel(`/compiled/${graph.tfjs}`);
  return {
    graph,
    run: async (inputs) => {
      const fed = Object.fromEntries(
        graph.inputs.map(({ name, tfjsDtype, shape }) => [
          name,
          tf.tensor(inTfjs(find(inputs, name), tfjsDtype), [...shape], tfjsDtype),
        ]),
      );
      const results = [
        model.execute(
          fed,
          graph.outputs.map(({ name }) => name),
        ),
      ].flat();
      const values = await Promise.all(results.map((result) => result.data<"float32" | "int32" | "bool">()));
      tf.dispose([fed, results]);
      return new Map(graph.outputs.map(({ name }, index) => [name, values[index] ?? new Float32Array()]));
    },
    close: async () => model.dispose(),
  };
}

function inTfjs(values: Float32Array | Int32Array | Uint8Array, dtype: "float32" | "int32" | "bool") {
  return dtype === "int32" ? Int32Array.from(values) : values;
}

/** Makes the engine's step with the same files. It uses only the inputs and outputs of a graph. */
async function openStep(compiled: CompiledGraph): Promise<Opened> {
  const model = await converter.loadGraphModel(`/compiled/${compiled.tfjs}`);
  const backend = tf.getBackend() as BrowserBackend;
  const step = new TfjsExecutable(
    graphIn(compiled),
    { name: `tfjs:${backend}`, backend, version: tf.version_core, notes: [], core: tf, converter },
    model,
  );
  return { graph: compiled, run: (inputs) => step.run(inputs), close: () => step.dispose() };
}

function graphIn({ kind, tasks, inputs, outputs }: CompiledGraph): Graph {
  return {
    name: `${tasks.join("+")}/${kind}`,
    inputs: inputs.map(({ name, role, dtype, shape }, id) => ({ name, role, value: { id, dtype, shape } })),
    nodes: [],
    outputs: outputs.map(({ name, role, dtype, shape }, index) => ({
      name,
      role,
      value: { id: inputs.length + index, dtype, shape },
    })),
  };
}
