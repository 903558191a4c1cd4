import type { Call } from "../elaborate/calls.ts";
import type { GraphInput, Node, Value } from "../graph/graph.ts";
import { attentionBody } from "./attention.ts";
import { type Body, keyOf } from "./body.ts";
import { BodyWriter } from "./body-writer.ts";
import type { Callee, Surroundings } from "./surroundings.ts";
import { siteModule } from "./parameter-names.ts";
import { type Constant, constantOf } from "./constants.ts";
import { type Expression, atom } from "../lower/torch/expression.ts";
import type { HelperName } from "../lower/torch/lowering.ts";
import { namedTensors } from "./named-values.ts";
import { Names, pythonName } from "./python-names.ts";
import { type DropoutStep, type Scope, type ScopedGraph, allItems, inputsOfItem } from "./scopes.ts";
import { hasOwnParts, simplify } from "./simplify-scopes.ts";
import type { NumberInText } from "./slots.ts";

/** The graph of a task in one mode. */
export interface TaskGraph {
  readonly task: string;
  readonly mode: "train" | "evaluate" | "predict";
  readonly graph: ScopedGraph;
}

/** A way to apply a module: blocks of one text are one method. */
export interface Method {
  readonly name: string;
  readonly body: Body;
}

/** A module of the model, by its path, with all that tasks do with it. */
export interface ModuleAt {
  readonly path: string;
  readonly kind: "block" | "dropout" | "bytes";
  readonly dropout?: DropoutStep;
  readonly scopes: { readonly scope: Scope; readonly graph: ScopedGraph; readonly mode: TaskGraph["mode"] }[];
  readonly methods: Method[];
  readonly constants: Map<string, Constant>;
}

/** One use of a text, with its numbers and the call that it is the body of. */
export interface Instance {
  readonly numbers: readonly NumberInText[];
  readonly call: Call | undefined;
}

/** Applications of one text without weights. */
export interface FunctionOf {
  readonly name: string;
  readonly block: string;
  readonly key: string;
  readonly body: Body;
  readonly graph: ScopedGraph;
  readonly instances: Instance[];
}

/** A part of a task, or of several tasks. */
export interface PartOfTask {
  readonly scope?: Scope;
  readonly current?: (value: Value) => Value;
}

/** Writes the bodies of all blocks that the tasks of a model apply. */
export class ModelEmitter {
  readonly modules = new Map<string, ModuleAt>();
  readonly functions: FunctionOf[] = [];
  readonly helpers = new Set<HelperName>();
  readonly rootConstants = new Map<string, Constant>();
  readonly #callees = new Map<Scope, Callee>();
  readonly #graphs = new Map<Scope, TaskGraph>();
  readonly #writing = new Set<string>();
  readonly #names: Names;
  readonly #functionNames = new Set<string>();

  constructor(graphs: readonly TaskGraph[], taken: Iterable<string>) {
    this.#names = new Names(taken);
    for (const graph of graphs) simplify(graph.graph);
    for (const graph of graphs) this.#declare(graph, graph.graph.root);
    for (const { graph } of graphs)
      for (const { role } of graph.graph.inputs)
        if (role.kind === "random" && !this.modules.has(siteModule(role.site)) && drawsBytes(graph, role.site))
          this.modules.set(siteModule(role.site), module(siteModule(role.site), "bytes"));
  }

  /** The writer of a task's method, or of a part of it. */
  task(
    graph: TaskGraph,
    inputOfTask: (input: GraphInput) => Expression,
    { scope = graph.graph.root, current }: PartOfTask = {},
  ): BodyWriter {
    return new BodyWriter(scope, { ...this.#surroundings(graph, inputOfTask), ...(current && { current }) });
  }

  /** Writes all methods of a module. */
  write({ path, scopes, methods }: ModuleAt): void {
    if (scopes.every(({ scope }) => this.#callees.has(scope))) return;
    if (this.#writing.has(path)) throw new Error(`the block at ${path} applies itself`);
    this.#writing.add(path);
    for (const { scope, mode } of scopes) {
      const body = this.#body(scope);
      const known = methods.find((method) => keyOf(method.body) === keyOf(body));
      const name = known?.name ?? methodName(methods, scope, mode);
      if (!known) methods.push({ name, body });
      this.#callees.set(scope, { kind: "method", path, method: name, body });
    }
    this.#writing.delete(path);
  }

  #declare(graph: TaskGraph, scope: Scope): void {
    this.#graphs.set(scope, graph);
    for (const item of scope.items) {
      if (item.kind === "scope") this.#declare(graph, item);
      if (item.kind === "dropout" && !this.modules.has(item.path))
        this.modules.set(item.path, { ...module(item.path, "dropout"), dropout: item });
    }
    if (!scope.call) return;
    if (!hasOwnParts(graph.graph, scope)) {
      this.#functionNames.add(pythonName(scope.call.block));
      return;
    }
    const known = this.modules.get(scope.path) ?? module(scope.path, "block");
    this.modules.set(scope.path, known);
    known.scopes.push({ scope, graph: graph.graph, mode: graph.mode });
  }

  /** The text that applies a block. */
  calleeOf(scope: Scope): Callee {
    const known = this.#callees.get(scope);
    if (known) return known;
    const own = this.modules.get(scope.path);
    if (own?.scopes.some((each) => each.scope === scope)) this.write(own);
    else this.#callees.set(scope, this.#functionOf(scope));
    return this.calleeOf(scope);
  }

  #functionOf(scope: Scope): Callee {
    const body = this.#body(scope);
    const block = scope.call?.block ?? "block";
    const key = keyOf(body);
    let index = this.functions.findIndex((each) => each.block === block && each.key === key);
    if (index === -1) {
      const name = this.#names.fresh(pythonName(block));
      const { graph } = this.#graphOf(scope);
      index = this.functions.push({ name, block, key, body, graph, instances: [] }) - 1;
    }
    const made = this.functions[index];
    if (!made) throw new Error("a function is missing");
    made.instances.push({ numbers: body.numbers, call: scope.call });
    return { kind: "function", name: made.name, index, body };
  }

  #body(scope: Scope): Body {
    const graph = this.#graphOf(scope);
    const results = resultsOf(graph.graph, scope);
    const attention = results.length === 1 ? attentionBody(graph.graph, scope, inputsOfItem(scope)) : undefined;
    return (
      attention ??
      new BodyWriter(
        scope,
        this.#surroundings(graph, () => atom("")),
      ).ofBlock(results)
    );
  }

  #graphOf(scope: Scope): TaskGraph {
    const graph = this.#graphs.get(scope);
    if (!graph) throw new Error("a scope has no graph");
    return graph;
  }

  #surroundings({ graph }: TaskGraph, inputOfTask: Surroundings["inputOfTask"]): Surroundings {
    return {
      graph,
      calleeOf: (scope) => this.calleeOf(scope),
      helper: (name) => {
        this.helpers.add(name);
        return name;
      },
      constant: (scope, node) => this.#constant(scope, node),
      inputOfTask,
      current: (value) => value,
      taken: this.#functionNames,
    };
  }

  /** A buffer of the module. */
  #constant(scope: Scope, node: Node<"constant"> | Node<"fill">): Expression {
    const constant = constantOf(node);
    const owner = this.modules.get(scope.path);
    const table = scope.call ? owner?.constants : this.rootConstants;
    if (!table) throw new Error(`a constant of ${scope.call?.block} has no module`);
    const known = [...table].find(([, each]) => each.key === constant.key);
    const name = known?.[0] ?? (table.size === 0 ? "constant" : `constant_${table.size + 1}`);
    table.set(name, constant);
    return atom(`self.${name}`);
  }
}

function module(path: string, kind: ModuleAt["kind"]): ModuleAt {
  return { path, kind, scopes: [], methods: [], constants: new Map() };
}

/** The first way to apply a module is its `forward`; others are named by what makes them different. */
function methodName(methods: readonly Method[], { call }: Scope, mode: TaskGraph["mode"]): string {
  if (methods.length === 0) return "forward";
  const wanted = mode === "train" ? `as_${call?.block ?? "block"}` : mode;
  return new Names(methods.map(({ name }) => name)).fresh(wanted);
}

/** True if bytes of a site are drawn by anything but dropout. */
function drawsBytes(graph: ScopedGraph, site: string): boolean {
  const input = graph.graph.inputs.find(({ role }) => role.kind === "random" && role.site === site);
  return allItems(graph.root).some((item) => input !== undefined && item.inputs.includes(input.value));
}

/** The tensors that a block makes and that are used outside of it, in the order of its results. */
function resultsOf(graph: ScopedGraph, scope: Scope): readonly Value[] {
  const inside = allItems(scope);
  const made = new Set(inside.flatMap(({ outputs }) => outputs));
  const own = new Set<object>(inside);
  const used = new Set<Value>(graph.outputs.map(({ value }) => value));
  for (const item of allItems(graph.root)) if (!own.has(item)) for (const value of item.inputs) used.add(value);
  const order = scope.call ? [...namedTensors(scope.call.result).keys()] : [];
  const rank = (value: Value): number => {
    const index = order.findIndex((each) => each === value || each === graph.original(value));
    return index === -1 ? order.length : index;
  };
  return [...made].filter((value) => used.has(value)).toSorted((a, b) => rank(a) - rank(b));
}
