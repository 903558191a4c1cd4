import type * as onnx from "onnxruntime-web";
import { type ImportModule, importPackage } from "./import-package.ts";

/** The part of their common interface that the engine uses of ONNX Runtime's builds. */
export type OnnxRuntime = Pick<typeof onnx, "InferenceSession" | "Tensor" | "env">;

/** One build of ONNX Runtime, ready to make sessions. */
export interface OnnxBuild {
  readonly name: "onnx:native" | "onnx:wasm" | "onnx:cuda" | "onnx:directml";
  readonly version: string;
  readonly runtime: OnnxRuntime;
  readonly sessionOptions: onnx.InferenceSession.SessionOptions;
  /**
   * Whether results land in the buffers that a step is given, or are copied there after. (The native binding of 1.30 gives
   * new arrays with the same content besides, which nobody reads: 0.5 to 0.7 ms for each megabyte of outputs.)
   */
  readonly results: "in_place" | "copied";
  /** The place of updates: on the host if tensors are in its memory anyway. */
  readonly updates: "host" | "graph";
}

export interface OnnxBuildOptions {
  readonly threads: number;
  readonly importModule: ImportModule;
}

/** The session options of both builds. Provider names differ: both packages register `cpu` in one table, where the later could hide the other. */
export function sessionOptions(provider: "cpu" | "wasm", threads: number): onnx.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // One block planned for all results of a run keeps them apart where buffers of the arena would be used again: a step of the middle size
    // of `bench/` takes 212 MB with this off and 320 MB with it on, in the same time.
    enableMemPattern: false,
    graphOptimizationLevel: "all",
    // Errors are thrown as well; printed, they would interrupt a progress bar.
    logSeverityLevel: 4,
    // A training step of 84 ms on two quiet cores takes 70 with spinning, but 250 instead of 130 when anything else, such as
    // the data reader, wants a core. (`session.force_spinning_stop` ends the spinning between steps and no more than that.)
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
