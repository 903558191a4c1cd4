import type { Graph } from "../../compiler/graph/graph.ts";

/** A tensor in the host's memory, row-major. Tensors of dtypes `uint8` and `bool` have one byte an element. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

/** An engine compiles graphs into executables and owns the sessions that it opened for them. */
export interface Engine {
  /** Names what actually runs, such as `onnx:native` or `onnx:wasm`, for logs and the lock of the run. */
  readonly name: string;
  /**
   * Tells who updates the weights of a stage: loops on the host, or the graph itself if copying gradients to the host
   * is expensive.
   */
  readonly updates: "host" | "graph";
  /** Lowers and prepares a graph. The caller disposes of the executable. */
  load(graph: Graph): Promise<Executable>;
  dispose(): Promise<void>;
}

/** A compiled graph that is ready to run. */
export interface Executable {
  readonly graph: Graph;
  /** True if an output may be written into the buffer of the input that has its name, which is then overwritten. */
  readonly overwrites: boolean;
  /**
   * Runs the graph once.
   *
   * @param inputs - The inputs by name (`roleName`), each of the declared type and size.
   * @param outputs - Buffers for results, by output name. A result is written into the buffer of its name if that has the right type and size, else
   *   into a new one. An input's own buffer must not be among them unless the executable `overwrites`.
   * @returns The outputs by name.
   */
  run(
    inputs: ReadonlyMap<string, TensorData>,
    outputs?: ReadonlyMap<string, TensorData>,
  ): Promise<Map<string, TensorData>>;
  dispose(): Promise<void>;
}
