import { EngineUnavailable } from "./engine-errors.ts";
import { type OnnxBuild, type OnnxBuildOptions, importBuild, sessionOptions } from "./onnx-build.ts";

const HELP = "Install it with `npm install onnxruntime-web`.";

/** The thread pool of this build belongs to the process, and is created with its first session. */
let poolSize: number | undefined;

/**
 * The WebAssembly build inside the package `onnxruntime-web`, with threads. It finds its own files in the package and
 * keeps no process alive.
 */
export async function openWasmBuild(options: OnnxBuildOptions): Promise<OnnxBuild> {
  const { threads } = options;
  const runtime = await importBuild("onnx:wasm", "onnxruntime-web", HELP, options);
  if (poolSize !== undefined && poolSize !== threads) {
    throw new EngineUnavailable(
      "onnx:wasm",
      `it already runs with ${poolSize} threads in this process and cannot have ${threads}`,
      "Use one number of threads in a process.",
    );
  }
  poolSize = threads;
  runtime.env.wasm.numThreads = threads;
  return {
    name: "onnx:wasm",
    version: runtime.env.versions.web ?? "unknown",
    runtime,
    sessionOptions: sessionOptions("wasm", threads),
    results: "copied",
    updates: "host",
  };
}
