import type { Graph } from "../../compiler/graph/graph.ts";

/** A tensor on the host, row-major. `uint8` and `bool` are bytes. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

/** Runs graphs. One engine owns the sessions that it made. */
export interface Engine {
  /** `onnx:native`, `onnx:wasm`: what actually runs, for logs and the run's lock. */
  readonly name: string;
  /** Who updates the weights of a stage: loops of the host over its tensors, or the graph that has the gradients, where it would cost to bring them out. */
  readonly updates: "host" | "graph";
  /** Lowers and prepares a graph. The caller disposes of the step. */
  load(graph: Graph): Promise<Step>;
  dispose(): Promise<void>;
}

export interface Step {
  readonly graph: Graph;
  /** Whether the buffer of an output may be that of the input of its name, which is then overwritten. */
  readonly overwrites: boolean;
  /**
   * `inputs` by input name (`roleName`), each of the declared type. Gives the outputs by output name. Results are written into `outputs`
   * where the caller passes buffers of the right type and size (an input's own buffer must not be among them but where the step `overwrites`), else into new ones.
   */
  run(
    inputs: ReadonlyMap<string, TensorData>,
    outputs?: ReadonlyMap<string, TensorData>,
  ): Promise<Map<string, TensorData>>;
  dispose(): Promise<void>;
}
