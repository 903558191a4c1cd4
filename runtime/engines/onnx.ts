import type { InferenceSession } from "onnxruntime-web";
import type { Graph } from "../../compiler/graph/graph.ts";
import { lowerToOnnx } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import type { Engine } from "./engine.ts";
import { EngineFailure } from "./engine-errors.ts";
import type { OnnxBuild } from "./onnx-build.ts";
import { OnnxStep } from "./onnx-step.ts";

/** Runs graphs in ONNX Runtime, lowered to ONNX. */
export class OnnxEngine implements Engine {
  readonly name: string;
  readonly updates: "host" | "graph";
  readonly #build: OnnxBuild;
  readonly #steps: OnnxStep[] = [];

  constructor(build: OnnxBuild) {
    this.name = build.name;
    this.updates = build.updates;
    this.#build = build;
  }

  async load(graph: Graph): Promise<OnnxStep> {
    const step = new OnnxStep(graph, this.#build, await createSession(this.#build, graph.name, lowerToOnnx(graph)));
    this.#steps.push(step);
    return step;
  }

  async dispose(): Promise<void> {
    for (const step of this.#steps.splice(0)) await step.dispose();
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
