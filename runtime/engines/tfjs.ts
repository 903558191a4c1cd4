import type { Graph } from "../../compiler/graph/graph.ts";
import { lowerToTfjs } from "../../compiler/lower/tfjs/lower-to-tfjs.ts";
import { tfjsTargets } from "../../compiler/lower/tfjs/target.ts";
import type { Engine } from "./engine.ts";
import { EngineFailure } from "./engine-errors.ts";
import { type TfjsBackend, activate } from "./tfjs-backend.ts";
import { TfjsExecutable } from "./tfjs-executable.ts";

/** Runs graphs as GraphModels of tfjs, without registering custom ops. */
export class TfjsEngine implements Engine {
  readonly name: string;
  readonly updates = "graph";
  readonly #backend: TfjsBackend;
  readonly #executables: TfjsExecutable[] = [];

  constructor(backend: TfjsBackend) {
    this.name = backend.name;
    this.#backend = backend;
  }

  async load(graph: Graph): Promise<TfjsExecutable> {
    const { json, shard } = lowerToTfjs(graph, tfjsTargets[this.#backend.backend]);
    const { weightsManifest, ...rest } = json;
    activate(this.#backend);
    try {
      const model = this.#backend.converter.loadGraphModelSync({
        ...rest,
        weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
        weightData: shard.buffer,
      });
      const executable = new TfjsExecutable(graph, this.#backend, model);
      this.#executables.push(executable);
      return executable;
    } catch (error) {
      throw new EngineFailure(this.name, graph.name, "load", error);
    }
  }

  async dispose(): Promise<void> {
    for (const executable of this.#executables.splice(0)) await executable.dispose();
  }
}
