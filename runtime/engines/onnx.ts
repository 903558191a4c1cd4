import type { InferenceSession } from "onnxruntime-web";
import type { Graph } from "../../compiler/graph/graph.ts";
import { lowerToOnnx } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import type { Engine } from "./engine.ts";
import { EngineFailure } from "./engine-errors.ts";
import type { OnnxBuild } from "./onnx-build.ts";
import { OnnxExecutable } from "./onnx-executable.ts";

/** Runs graphs in ONNX Runtime, lowered to ONNX. */
export class OnnxEngine implements Engine {
  readonly name: string;
  readonly updates: "host" | "graph";
  readonly #build: OnnxBuild;
  readonly #executables: OnnxExecutable[] = [];

  constructor(build: OnnxBuild) {
    this.name = build.name;
    this.updates = build.updates;
    this.#build = build;
  }

  /** `model` is what runs, if it is not the graph as it is lowered here. */
  async load(graph: Graph, model: Uint8Array = this.#lowered(graph)): Promise<OnnxExecutable> {
    const executable = new OnnxExecutable(graph, this.#build, await createSession(this.#build, graph.name, model));
    this.#executables.push(executable);
    return executable;
  }

  #lowered(graph: Graph): Uint8Array {
    return lowerToOnnx(graph, { operators: this.#build.operators ?? "runtime" });
  }

  async dispose(): Promise<void> {
    for (const executable of this.#executables.splice(0)) await executable.dispose();
  }
}

/** A session for a serialized model. The caller releases it. */
export async function createSession(build: OnnxBuild, name: string, model: Uint8Array): Promise<InferenceSession> {
  try {
    return await build.runtime.InferenceSession.create(model, build.sessionOptions);
  } catch (error) {
    throw new EngineFailure(build.name, name, "load", error);
  }
}
