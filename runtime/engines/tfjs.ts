import type { Graph } from "../../compiler/graph/graph.ts";
import { lowerToTfjs } from "../../compiler/lower/tfjs/lower-to-tfjs.ts";
import { tfjsTargets } from "../../compiler/lower/tfjs/target.ts";
import type { Engine } from "./engine.ts";
import { EngineFailure } from "./engine-errors.ts";
import { type TfjsBackend, activate } from "./tfjs-backend.ts";
import { TfjsStep } from "./tfjs-step.ts";

/** Runs graphs as GraphModels of tfjs, with no op of ours registered. */
export class TfjsEngine implements Engine {
  readonly name: string;
  readonly updates = "graph";
  readonly #backend: TfjsBackend;
  readonly #steps: TfjsStep[] = [];

  constructor(backend: TfjsBackend) {
    this.name = backend.name;
    this.#backend = backend;
  }

  async load(graph: Graph): Promise<TfjsStep> {
    const { json, shard } = lowerToTfjs(graph, tfjsTargets[this.#backend.backend]);
    const { weightsManifest, ...rest } = json;
    activate(this.#backend);
    try {
      const model = this.#backend.converter.loadGraphModelSync({
        ...rest,
        weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
        weightData: shard.buffer,
      });
      const step = new TfjsStep(graph, this.#backend, model);
      this.#steps.push(step);
      return step;
    } catch (error) {
      throw new EngineFailure(this.name, graph.name, "load", error);
    }
  }

  async dispose(): Promise<void> {
    for (const step of this.#steps.splice(0)) await step.dispose();
  }
}
