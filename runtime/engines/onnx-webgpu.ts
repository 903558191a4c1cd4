import { EngineUnavailable } from "./engine-errors.ts";
import { hasAdapter } from "./has-adapter.ts";
import { notePlacement } from "./webgpu-placement.ts";
import { type OnnxBuild, type OnnxBuildOptions, importBuild, sessionOptions } from "./onnx-build.ts";

const HELP = "Use a browser that has WebGPU, on a machine whose graphics processor it supports, or choose onnx:wasm.";

/**
 * ONNX Runtime on the graphics processor of a page. An op that it has no kernel for runs in WebAssembly, of which
 * a note tells. It is only used when it is chosen explicitly: its sums are rounded otherwise on every processor.
 */
export async function openWebGpuBuild(options: OnnxBuildOptions): Promise<OnnxBuild> {
  if (!(await hasAdapter()))
    throw new EngineUnavailable("onnx:webgpu", "the browser has no graphics processor for WebGPU", HELP);
  notePlacement(options.onNote ?? (() => undefined));
  const runtime = await importBuild("onnx:webgpu", "onnxruntime-web/webgpu", HELP, options);
  runtime.env.wasm.numThreads = options.threads;
  return {
    name: "onnx:webgpu",
    version: runtime.env.versions.web ?? "unknown",
    runtime,
    sessionOptions: {
      ...sessionOptions("wasm", options.threads),
      executionProviders: ["webgpu", "wasm"],
      // Only the most verbose log says where nodes are placed.
      logSeverityLevel: 0,
    },
    // There is no kernel for the fused products that other builds of ONNX Runtime have.
    operators: "standard",
    results: "copied",
    updates: "host",
  };
}
