import type { InferenceSession, Tensor } from "onnxruntime-web";
import { onnxOutputNames } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import type { Graph, TensorType } from "../../compiler/graph/graph.ts";
import type { Executable, TensorData } from "./engine.ts";
import { EngineFailure } from "./engine-errors.ts";
import { checkFit } from "./host-tensor.ts";
import type { OnnxBuild } from "./onnx-build.ts";

// Failures are thrown. The WASM build would also print them, whatever the options of its session.
const RUN_OPTIONS: InferenceSession.RunOptions = { logSeverityLevel: 4 };

/** An input or output of the session. */
interface Slot {
  /** Its name in the graph. */
  readonly name: string;
  readonly onnxName: string;
  readonly type: TensorType;
  /** Most buffers come again in every step or every other one. */
  readonly tensors: WeakMap<TensorData, Tensor>;
}

/** A session that runs one graph. Steps of one engine run one after another; the caller waits for each. */
export class OnnxExecutable implements Executable {
  readonly graph: Graph;
  readonly overwrites = false;
  readonly #build: OnnxBuild;
  readonly #inputs: readonly Slot[];
  readonly #outputs: readonly Slot[];
  #session: InferenceSession | undefined;

  constructor(graph: Graph, build: OnnxBuild, session: InferenceSession) {
    const outputNames = onnxOutputNames(graph);
    this.graph = graph;
    this.#build = build;
    this.#session = session;
    this.#inputs = graph.inputs.map(({ name, value }) => ({
      name,
      onnxName: name,
      type: value,
      tensors: new WeakMap(),
    }));
    this.#outputs = graph.outputs.map(({ name, value }) => ({
      name,
      onnxName: outputNames.get(name) ?? name,
      type: value,
      tensors: new WeakMap(),
    }));
  }

  async run(
    inputs: ReadonlyMap<string, TensorData>,
    outputs: ReadonlyMap<string, TensorData> = new Map(),
  ): Promise<Map<string, TensorData>> {
    const session = this.#session;
    if (!session) throw new Error(`the executable of graph ${this.graph.name} is disposed of`);
    const feeds: Record<string, Tensor> = {};
    for (const slot of this.#inputs) {
      const data = inputs.get(slot.name);
      if (!data) throw new Error(`graph ${this.graph.name} lacks its input ${slot.name}`);
      feeds[slot.onnxName] = this.#tensor(slot, data);
    }
    const fed = new Set(inputs.values());
    const fetches: Record<string, Tensor | null> = {};
    for (const slot of this.#outputs) {
      const data = outputs.get(slot.name);
      if (data && fed.has(data))
        throw new Error(`the buffer for output ${slot.name} of graph ${this.graph.name} is an input's`);
      fetches[slot.onnxName] = data && this.#build.results === "in_place" ? this.#tensor(slot, data) : null;
    }
    const results = this.#outputs.length > 0 ? await this.#run(session, feeds, fetches) : {};
    return new Map(
      this.#outputs.map((slot) => [slot.name, this.#result(slot, results[slot.onnxName], outputs.get(slot.name))]),
    );
  }

  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }

  async #run(
    session: InferenceSession,
    feeds: Record<string, Tensor>,
    fetches: Record<string, Tensor | null>,
  ): Promise<InferenceSession.OnnxValueMapType> {
    try {
      return await session.run(feeds, fetches, RUN_OPTIONS);
    } catch (error) {
      throw new EngineFailure(this.#build.name, this.graph.name, "run", error);
    }
  }

  #tensor(slot: Slot, data: TensorData): Tensor {
    const known = slot.tensors.get(data);
    if (known) return known;
    checkFit(slot, data);
    const tensor = new this.#build.runtime.Tensor(slot.type.dtype, data, slot.type.shape);
    slot.tensors.set(data, tensor);
    return tensor;
  }

  #result(slot: Slot, tensor: Tensor | undefined, buffer: TensorData | undefined): TensorData {
    if (buffer && this.#build.results === "in_place") return buffer;
    if (!tensor) throw new Error(`graph ${this.graph.name} gives no output ${slot.name}`);
    const data = tensor.data as TensorData;
    if (!buffer) return data;
    checkFit(slot, buffer);
    buffer.set(data);
    return buffer;
  }
}
