import type * as converter from "@tensorflow/tfjs-converter";
import type * as core from "@tensorflow/tfjs-core";

/** The parts of tfjs that the engine uses. */
export type TfjsCore = Pick<
  typeof core,
  "enableProdMode" | "getBackend" | "setBackend" | "tensor" | "tidy" | "version_core"
>;
export type TfjsConverter = Pick<typeof converter, "loadGraphModelSync">;
export type LoadedGraphModel = Pick<converter.GraphModel, "execute" | "dispose">;

/** One initialised backend of tfjs. A process has one backend of each name, and one of them is the current one. */
export interface TfjsBackend {
  readonly name: "tfjs:node-gpu" | "tfjs:node" | "tfjs:webgpu" | "tfjs:webgl" | "tfjs:wasm" | "tfjs:cpu";
  /** The name of the backend in tfjs. */
  readonly backend: "tensorflow" | "webgpu" | "webgl" | "wasm" | "cpu";
  readonly version: string;
  readonly notes: readonly string[];
  readonly core: TfjsCore;
  readonly converter: TfjsConverter;
}

/**
 * Makes the backend the current one. The caller must not await anything before it uses the backend, or another engine's
 * backend may have become current.
 */
export function activate({ core: { getBackend, setBackend }, backend }: TfjsBackend): void {
  // `setBackend` takes effect before it returns if the backend is initialised.
  if (getBackend() !== backend) void setBackend(backend);
}
