import type { Tensor } from "@tensorflow/tfjs-core";
import type { Graph, GraphInput } from "../../compiler/graph/graph.ts";
import { TFJS_TYPE } from "../../compiler/lower/tfjs/graph-model.ts";
import type { Executable, TensorData } from "./engine.ts";
import { EngineFailure } from "./engine-errors.ts";
import { checkFit, newHostTensor } from "./host-tensor.ts";
import { type LoadedGraphModel, type TfjsBackend, activate } from "./tfjs-backend.ts";

/** A GraphModel that runs one graph. Between steps no tensor is left but its constants. */
export class TfjsExecutable implements Executable {
  readonly graph: Graph;
  readonly overwrites = false;
  readonly #backend: TfjsBackend;
  #model: LoadedGraphModel | undefined;

  constructor(graph: Graph, backend: TfjsBackend, model: LoadedGraphModel) {
    this.graph = graph;
    this.#backend = backend;
    this.#model = model;
  }

  async run(
    inputs: ReadonlyMap<string, TensorData>,
    outputs: ReadonlyMap<string, TensorData> = new Map(),
  ): Promise<Map<string, TensorData>> {
    const model = this.#model;
    if (!model) throw new Error(`the executable of graph ${this.graph.name} is disposed of`);
    this.#check(inputs, outputs);
    const results = new Map(
      this.graph.outputs.map(({ name, value }) => [name, outputs.get(name) ?? newHostTensor(value)]),
    );
    if (results.size > 0) await this.#execute(model, inputs, results);
    return results;
  }

  async dispose(): Promise<void> {
    this.#model?.dispose();
    this.#model = undefined;
  }

  #check(inputs: ReadonlyMap<string, TensorData>, outputs: ReadonlyMap<string, TensorData>): void {
    for (const { name, value } of this.graph.inputs) {
      const data = inputs.get(name);
      if (!data) throw new Error(`graph ${this.graph.name} lacks its input ${name}`);
      checkFit({ name, type: value }, data);
    }
    const fed = new Set(inputs.values());
    for (const { name, value } of this.graph.outputs) {
      const data = outputs.get(name);
      if (!data) continue;
      if (fed.has(data)) throw new Error(`the buffer for output ${name} of graph ${this.graph.name} is an input's`);
      checkFit({ name, type: value }, data);
    }
  }

  /**
   * Copies the weights to the backend and back in every step, because the caller may change its buffers between steps.
   */
  async #execute(
    model: LoadedGraphModel,
    inputs: ReadonlyMap<string, TensorData>,
    results: ReadonlyMap<string, TensorData>,
  ): Promise<void> {
    const { core } = this.#backend;
    activate(this.#backend);
    const names = [...results.keys()];
    let tensors: Tensor[] = [];
    try {
      tensors = core.tidy(() => {
        const fed = Object.fromEntries(this.graph.inputs.map((input) => [input.name, this.#tensor(input, inputs)]));
        return [model.execute(fed, names)].flat();
      });
      const values = await this.#read(tensors);
      // Copied even where the caller gave no buffer, as it may be an input's own.
      for (const [index, name] of names.entries()) results.get(name)?.set(values[index] ?? []);
    } catch (error) {
      throw new EngineFailure(this.#backend.name, this.graph.name, "run", error);
    } finally {
      for (const tensor of tensors) tensor.dispose();
    }
  }

  /**
   * WebGPU has results only for who waits; tfjs's way around that draws each of them on canvases. The others need not
   * wait.
   */
  async #read(tensors: readonly Tensor[]): Promise<readonly TensorData[]> {
    if (this.#backend.backend === "webgpu")
      return Promise.all(tensors.map((tensor) => tensor.data<"float32" | "int32" | "bool">()));
    return tensors.map((tensor) => tensor.dataSync<"float32" | "int32" | "bool">());
  }

  #tensor({ name, value: { dtype, shape } }: GraphInput, inputs: ReadonlyMap<string, TensorData>): Tensor {
    const data = inputs.get(name) ?? new Float32Array();
    return this.#backend.core.tensor(dtype === "uint8" ? Int32Array.from(data) : data, [...shape], TFJS_TYPE[dtype]);
  }
}
