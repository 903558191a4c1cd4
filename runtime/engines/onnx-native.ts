import { type OnnxBuild, type OnnxBuildOptions, sessionOptions } from "./onnx-build.ts";
import { importNativeRuntime } from "./native-runtime.ts";

// Its install script would download CUDA libraries on Linux, and fail where it cannot; the CPU binary is in the
// package.
const HELP = "Install it with `npm install --ignore-scripts onnxruntime-node@1.30.0`, or choose the engine onnx:wasm.";

/** The prebuilt binary inside the package `onnxruntime-node`. */
export async function openNativeBuild(options: OnnxBuildOptions): Promise<OnnxBuild> {
  const runtime = await importNativeRuntime("onnx:native", HELP, options);
  return {
    name: "onnx:native",
    version: runtime.env.versions.node ?? "unknown",
    runtime,
    sessionOptions: sessionOptions("cpu", options.threads),
    results: "in_place",
    updates: "host",
  };
}
