import { type Graph, sizeOf } from "../../compiler/graph/graph.ts";
import { type GraphVariant, type StagePlan, variantKey } from "../../compiler/plan.ts";
import type { Engine } from "../engines/engine.ts";
import { BoundStep } from "./bound-step.ts";
import type { TensorStore } from "./tensor-store.ts";

/** Which of a stage's graphs. */
export type GraphRequest =
  | { readonly kind: "step" | "gradients" | "evaluate" | "predict"; readonly task: string; readonly variant?: GraphVariant }
  | { readonly kind: "apply"; readonly tasks: readonly string[] };

/** The graphs of a stage, each compiled and loaded on the engine when it is first used. The owner disposes of them. */
export class LoadedSteps {
  readonly #engine: Engine;
  readonly #plan: StagePlan;
  readonly #store: TensorStore;
  readonly #graphs = new Map<string, Graph>();
  readonly #steps = new Map<string, Promise<BoundStep>>();

  constructor(engine: Engine, plan: StagePlan, store: TensorStore) {
    this.#engine = engine;
    this.#plan = plan;
    this.#store = store;
  }

  graph(request: GraphRequest): Graph {
    const key = keyOf(request);
    const graph = this.#graphs.get(key) ?? this.#compile(request);
    this.#graphs.set(key, graph);
    return graph;
  }

  get(request: GraphRequest): Promise<BoundStep> {
    const key = keyOf(request);
    const step = this.#steps.get(key) ?? this.#load(this.graph(request));
    this.#steps.set(key, step);
    return step;
  }

  async dispose(): Promise<void> {
    for (const loading of this.#steps.values()) {
      const step = await loading.catch(() => undefined);
      await step?.dispose();
    }
    this.#steps.clear();
  }

  #compile(request: GraphRequest): Graph {
    return request.kind === "apply" ? this.#plan.apply(request.tasks) : this.#plan[request.kind](request.task, request.variant);
  }

  /** Optimizer slots begin at zero. */
  async #load(graph: Graph): Promise<BoundStep> {
    for (const { name, role, value } of graph.inputs) {
      if (role.kind === "slot" && !this.#store.has(name)) this.#store.set(name, { shape: value.shape, data: new Float32Array(sizeOf(value.shape)) });
    }
    return new BoundStep(await this.#engine.load(graph), this.#store);
  }
}

function keyOf(request: GraphRequest): string {
  return `${request.kind} ${request.kind === "apply" ? request.tasks.join(" ") : `${request.task} ${variantKey(request.variant)}`}`;
}
