import { EngineUnavailable } from "./engine-errors.ts";
import { isTelemetryDecided, turnTelemetryOff } from "./no-telemetry.ts";
import { type OnnxBuild, type OnnxBuildOptions, type OnnxRuntime, importBuild } from "./onnx-build.ts";

// This runs when mtl is imported, not when an engine is opened: a program that imports mtl may load the library itself
// before.
turnTelemetryOff();

/**
 * Imports `onnxruntime-node`, whose native library reports to its makers unless that is turned off before it is loaded.
 */
export async function importNativeRuntime(
  name: OnnxBuild["name"],
  help: string,
  options: OnnxBuildOptions,
): Promise<OnnxRuntime> {
  if (!isTelemetryDecided())
    throw new EngineUnavailable(
      name,
      "its library would send telemetry, which cannot be turned off from within a worker thread",
      "Import mtl before the worker is started, or set ORT_DISABLE_TELEMETRY=1.",
    );
  return importBuild(name, "onnxruntime-node", help, options);
}
