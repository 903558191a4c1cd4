import type * as onnx from "onnxruntime-web";
import type { OnnxOptions } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import { type ImportModule, importPackage } from "./import-package.ts";

/** The common part of the interfaces of ONNX Runtime's builds that the engine uses. */
export type OnnxRuntime = Pick<typeof onnx, "InferenceSession" | "Tensor" | "env">;

/** One build of ONNX Runtime, ready to create sessions. */
export interface OnnxBuild {
  readonly name: "onnx:native" | "onnx:wasm" | "onnx:webgpu" | "onnx:cuda" | "onnx:directml";
  readonly version: string;
  readonly runtime: OnnxRuntime;
  readonly sessionOptions: onnx.InferenceSession.SessionOptions;
  /**
   * `in_place` if results are written into the buffers that a step passes, `copied` if they are copied there
   * afterwards. (The native binding of 1.30 also returns new arrays with the same content, which nobody reads: 0.5 to
   * 0.7 ms for each megabyte of outputs.)
   */
  readonly results: "in_place" | "copied";
  /** The operators into which graphs are lowered; by default also those of ONNX Runtime. */
  readonly operators?: OnnxOptions["operators"];
  /** Updates are computed on the host if tensors are in its memory anyway. */
  readonly updates: "host" | "graph";
}

export interface OnnxBuildOptions {
  readonly threads: number;
  readonly importModule: ImportModule;
  /** Receives what a user should know of how the engine runs a graph. */
  readonly onNote?: (note: string) => void;
}

/**
 * The session options of both builds. Their provider names differ, because both packages register `cpu` in one table,
 * where the later one could hide the other.
 */
export function sessionOptions(provider: "cpu" | "wasm", threads: number): onnx.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // One block planned for all results of a run keeps them apart, while buffers of the arena would be used again: a
    // step of the middle size of `bench/` takes 212 MB with this off and 320 MB with it on, in the same time.
    enableMemPattern: false,
    graphOptimizationLevel: "all",
    // Errors are also thrown; printed, they would interrupt a progress bar.
    logSeverityLevel: 4,
    // A training step of 84 ms on two idle cores takes 70 ms with spinning, but 250 instead of 130 when anything else,
    // such as the data reader, needs a core. (`session.force_spinning_stop` ends the spinning between steps only.)
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
}

/** Imports a build; throws `EngineUnavailable` with a reason if it cannot be imported. */
export async function importBuild(
  name: OnnxBuild["name"],
  specifier: string,
  help: string,
  { importModule }: OnnxBuildOptions,
): Promise<OnnxRuntime> {
  const runtime = await importPackage<OnnxRuntime>({ engine: name, specifier, help, importModule });
  runtime.env.logLevel = "fatal";
  return runtime;
}
