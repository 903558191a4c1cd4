import { process, util } from "../host/machine.ts";
import { EngineUnavailable } from "./engine-errors.ts";
import { type ImportModule, importPackage } from "./import-package.ts";
import { probeTensorflow } from "./probe-tensorflow.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";
import { importTfjs, initialise } from "./tfjs-portable.ts";

/** Node 23 removed it; tfjs-node 4.22 calls it (tfjs #8425 mends that, in no release yet). */
const LACKS_IS_NULL_OR_UNDEFINED = !("isNullOrUndefined" in util);

export interface TensorflowOptions {
  readonly threads: number;
  readonly importModule: ImportModule;
}

const HELP =
  "Install it with `npm install @tensorflow/tfjs-node@4.22.0`, whose install script downloads TensorFlow from storage.googleapis.com; " +
  "behind a firewall, TFJS_NODE_CDN_STORAGE and npm_config_tfjs_binding_binary_host_mirror name mirrors, and docs/engines.md shows a way without.";
const GPU_HELP =
  "Install it with `npm install @tensorflow/tfjs-node-gpu@4.22.0`, on Linux or Windows with an NVIDIA GPU, its driver, CUDA 11.2 and cuDNN 8.1 (newer ones it does not find); " +
  "`--engine onnx:cuda` takes CUDA 12.";

/** TensorFlow on the processor, by the optional package `@tensorflow/tfjs-node`. */
export async function openTensorflow({ threads, importModule }: TensorflowOptions): Promise<TfjsBackend> {
  return open({ name: "tfjs:node", specifier: "@tensorflow/tfjs-node", help: HELP, threads, importModule });
}

/**
 * TensorFlow on a GPU, by the optional package `@tensorflow/tfjs-node-gpu`. Throws if TensorFlow finds no GPU, since it
 * would silently use the processor.
 */
export async function openTensorflowGpu({ threads, importModule }: TensorflowOptions): Promise<TfjsBackend> {
  return open({ name: "tfjs:node-gpu", specifier: "@tensorflow/tfjs-node-gpu", help: GPU_HELP, threads, importModule });
}

interface Opening extends TensorflowOptions {
  readonly name: "tfjs:node" | "tfjs:node-gpu";
  readonly specifier: string;
  readonly help: string;
}

async function open({ name, specifier, help, threads, importModule }: Opening): Promise<TfjsBackend> {
  const found = await probeTensorflow({ engine: name, specifier, help });
  if (name === "tfjs:node-gpu" && found.device === "processor")
    throw new EngineUnavailable(name, `the package ${specifier} loads but sees no GPU`, help);
  // TensorFlow reads this variable once, when it starts. Its notes about its build would interrupt a progress bar.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  const notes = mendUtil();
  const tfjs = await importTfjs({ engine: name, help, importModule });
  await importPackage({ engine: name, specifier, help, importModule });
  await initialise(name, "tensorflow", tfjs.core, help);
  return {
    name,
    backend: "tensorflow",
    version: `${tfjs.core.version_core} on TensorFlow ${found.version}`,
    notes,
    ...tfjs,
  };
}

/** Restores the function of `node:util` that tfjs-node needs, if this Node has it no more. Returns a note about it. */
function mendUtil(): readonly string[] {
  if (!LACKS_IS_NULL_OR_UNDEFINED) return [];
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  return [
    `Node ${process.version} has no util.isNullOrUndefined any more, which tfjs-node calls; mtl puts it back in its own process.`,
  ];
}
