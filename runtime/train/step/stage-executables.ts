import type { DecodingGraphs } from "../../../compiler/analysis/decoding/decoding-graphs.ts";
import { type Graph, sizeOf } from "../../../compiler/graph/graph.ts";
import { removeDeadCode } from "../../../compiler/graph/remove-dead-code.ts";
import { type HostProgram, lowerToHost } from "../../../compiler/lower/host/lower-to-host.ts";
import {
  type DecodingRows,
  type GraphVariant,
  type Pass,
  type StagePlan,
  isFused,
  passName,
  variantKey,
} from "../../../compiler/stage/plan.ts";
import type { DecodingExecutables } from "../../decode/kept-tokens.ts";
import type { Engine, Executable } from "../../engines/engine.ts";
import { HostExecutable } from "../../engines/host-executable.ts";
import { splitAtHost } from "../../../compiler/graph/split-at-host.ts";
import { BoundExecutable } from "./bound-executable.ts";
import type { TensorStore } from "./tensor-store.ts";

/** A request for one of a stage's graphs. */
export type GraphRequest =
  | {
      /** `loss` is the forward part of `gradients`, without the next values of states. */
      readonly kind:
        "step" | "gradients" | "taskGradients" | "representationGradients" | "loss" | "evaluate" | "predict";
      readonly pass: Pass;
      readonly variant?: GraphVariant;
    }
  | {
      readonly kind: "start" | "next";
      /** The task whose text the graph decodes. */
      readonly pass: string;
      readonly rows: DecodingRows;
    }
  | { readonly kind: "apply"; readonly tasks: readonly string[] };

/** The graphs of a stage, each compiled and loaded on the engine when it is first used. The owner disposes of them. */
export class StageExecutables {
  readonly #engine: Engine;
  readonly #plan: StagePlan;
  readonly #store: TensorStore;
  readonly #graphs = new Map<string, Graph>();
  readonly #executables = new Map<string, Promise<BoundExecutable>>();
  readonly #hostPrograms = new Map<Graph, HostProgram | undefined>();
  #training: "step" | "gradients" | undefined;

  constructor(engine: Engine, plan: StagePlan, store: TensorStore) {
    this.#engine = engine;
    this.#plan = plan;
    this.#store = store;
  }

  /**
   * The graph that takes the batches of the stage: the whole step if every step is one batch, unless the host makes the update faster from the
   * gradients than the engine.
   */
  get training(): "step" | "gradients" {
    return (this.#training ??= isFused(this.#plan) && !this.#updatesOnHost() ? "step" : "gradients");
  }

  graph(request: GraphRequest): Graph {
    const key = keyOf(request);
    const graph = this.#graphs.get(key) ?? this.#compile(request);
    this.#graphs.set(key, graph);
    return graph;
  }

  get(request: GraphRequest): Promise<BoundExecutable> {
    const key = keyOf(request);
    const executable = this.#executables.get(key) ?? this.#bind(request);
    this.#executables.set(key, executable);
    return executable;
  }

  /** The graphs that decode the text of a task. */
  async decoding(task: string, rows: DecodingRows): Promise<DecodingExecutables> {
    const graphs = this.#plan.decoding(task, rows);
    const start = graphs.start && (await this.get({ kind: "start", pass: task, rows }));
    return { ...graphs, start, next: await this.get({ kind: "next", pass: task, rows }) };
  }

  async dispose(): Promise<void> {
    for (const loading of this.#executables.values()) {
      const executable = await loading.catch(() => undefined);
      await executable?.dispose();
    }
    this.#executables.clear();
  }

  #compile(request: GraphRequest): Graph {
    if (request.kind === "apply") return this.#plan.apply(request.tasks);
    if (request.kind === "loss") return lossGraph(this.graph({ ...request, kind: "gradients" }));
    if ("rows" in request) return decodingGraph(this.#plan.decoding(request.pass, request.rows), request.kind);
    return this.#plan[request.kind](request.pass, request.variant);
  }

  #updatesOnHost(): boolean {
    return this.#hostProgram(this.graph({ kind: "apply", tasks: this.#plan.tasks })) !== undefined;
  }

  /** The update on the host; `undefined` if the engine updates, or must. */
  #hostProgram(graph: Graph): HostProgram | undefined {
    if (this.#engine.updates !== "host") return undefined;
    if (!this.#hostPrograms.has(graph)) this.#hostPrograms.set(graph, lowerToHost(graph));
    return this.#hostPrograms.get(graph);
  }

  /** Optimizer slots begin at zero. */
  async #bind(request: GraphRequest): Promise<BoundExecutable> {
    const graph = this.graph(request);
    for (const { name, role, value } of graph.inputs) {
      if (role.kind === "slot" && !this.#store.has(name))
        this.#store.set(name, { shape: value.shape, data: new Float32Array(sizeOf(value.shape)) });
    }
    const { main, prepare } = splitAtHost(graph);
    const before = prepare && new BoundExecutable(await this.#engine.load(prepare), this.#store);
    return new BoundExecutable(await this.#load(request.kind, main), this.#store, before);
  }

  async #load(kind: GraphRequest["kind"], graph: Graph): Promise<Executable> {
    const program = kind === "apply" ? this.#hostProgram(graph) : undefined;
    return program ? new HostExecutable(program) : this.#engine.load(graph);
  }
}

function decodingGraph(graphs: DecodingGraphs, kind: "start" | "next"): Graph {
  const graph = graphs[kind];
  if (!graph) throw new Error(`no graph ${kind}`);
  return graph;
}

function lossGraph(gradients: Graph): Graph {
  const outputs = gradients.outputs.filter(({ role }) => role.kind === "loss" || role.kind === "host_argument");
  return removeDeadCode({ ...gradients, name: `${gradients.name} loss`, outputs }, { unusedInputs: "drop" });
}

function keyOf(request: GraphRequest): string {
  if (request.kind === "apply") return `apply ${request.tasks.join(" ")}`;
  if ("rows" in request) return `${request.kind} ${request.pass} ${request.rows.batch} ${request.rows.copies ?? 1}`;
  return `${request.kind} ${passName(request.pass)} ${variantKey(request.variant)}`;
}
