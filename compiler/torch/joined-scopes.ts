import type { GraphInput, Value } from "../graph/graph.ts";
import type { ModelEmitter, TaskGraph } from "./model-emitter.ts";
import { numberedValues } from "./meaning.ts";
import type { Item, Scope, ScopedGraph } from "./scopes.ts";

/** An item of the outermost scopes of several tasks, with the tasks whose predictions depend on it. */
export interface JoinedItem {
  readonly item: Item;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly tasks: readonly string[];
}

export interface JoinedScopes {
  readonly graph: ScopedGraph;
  readonly items: readonly JoinedItem[];
  /** The tensor that stands for a tensor of one of the tasks. */
  readonly current: (value: Value) => Value;
  /** Tells if a tensor is there whenever one of these tasks is computed. */
  readonly isThere: (tasks: readonly string[]) => (value: Value) => boolean;
}

interface NeededItem extends Omit<JoinedItem, "tasks"> {
  readonly tasks: Set<string>;
}

/** Joins the outermost scopes of tasks in which each block and each op that computes the same from the same is there once. */
export function joinedScopes(
  emitter: ModelEmitter,
  graphs: readonly TaskGraph[],
  nameOf: (graph: TaskGraph, feature: string) => string,
): JoinedScopes {
  const numbered = numberedValues(nameOf);
  const parts = new JoinedParts();
  for (const graph of graphs) {
    const numberOf = numbered(graph);
    for (const input of graph.graph.graph.inputs) parts.addInput(input, graph.task, numberOf);
    for (const item of graph.graph.root.items) parts.addItem(item, endsOf(emitter, item), numberOf);
  }
  const { inputs, users, current } = parts;
  addTasks(parts.items, graphs, current);
  const items = parts.items.filter(({ tasks }) => tasks.size > 0);
  for (const { outputs, tasks } of items) for (const value of outputs) users.set(value, tasks);
  const root: Scope = {
    kind: "scope",
    call: undefined,
    path: "",
    parent: undefined,
    items: items.map(({ item }) => item),
  };
  return {
    graph: joinedGraph(graphs, { root, inputs }),
    items: items.map((each) => ({ ...each, tasks: [...each.tasks] })),
    current,
    isThere: (tasks) => (value) => tasks.every((task) => users.get(value)?.has(task)),
  };
}

/** The inputs and the items of several tasks, where the first of equal tensors stands for all. */
class JoinedParts {
  readonly inputs: GraphInput[] = [];
  readonly items: NeededItem[] = [];
  /** The tasks that have an input. */
  readonly users = new Map<Value, Set<string>>();
  readonly #known = new Map<number, Value>();
  readonly #twins = new Map<Value, Value>();
  readonly #makers = new Map<Value, NeededItem>();
  readonly current = (value: Value): Value => this.#twins.get(value) ?? value;

  addInput(input: GraphInput, task: string, numberOf: (value: Value) => number): void {
    const { value } = input;
    const own = this.#known.get(numberOf(value)) ?? value;
    if (own === value) this.inputs.push(input);
    else this.#twins.set(value, own);
    this.#known.set(numberOf(value), own);
    this.users.set(own, (this.users.get(own) ?? new Set()).add(task));
  }

  addItem(item: Item, { read, outputs }: Ends, numberOf: (value: Value) => number): void {
    const found = outputs.map((value) => this.#known.get(numberOf(value)));
    const inputs = read.map(this.current);
    const twin = found[0] && this.#makers.get(found[0]);
    // An item that computes the same, but of tensors that another task alone has, is kept.
    const isThere = twin?.inputs.every((value, index) => value === inputs[index]) === true;
    if (isThere && found.every((each) => each !== undefined)) {
      for (const [index, value] of outputs.entries()) this.#twins.set(value, found[index] ?? value);
      return;
    }
    for (const value of outputs) if (!this.#known.has(numberOf(value))) this.#known.set(numberOf(value), value);
    const own = item.kind === "scope" ? item : ({ ...item, inputs: item.inputs.map(this.current) } as Item);
    const made: NeededItem = { item: own, inputs, outputs, tasks: new Set() };
    this.items.push(made);
    for (const value of outputs) this.#makers.set(value, made);
  }
}

/** Notes for each item the tasks whose predictions depend on it. */
function addTasks(items: readonly NeededItem[], graphs: readonly TaskGraph[], current: JoinedScopes["current"]): void {
  const producers = new Map(items.flatMap((each) => each.outputs.map((value) => [value, each] as const)));
  for (const { task, graph } of graphs) {
    const visit = (value: Value): void => {
      const producer = producers.get(current(value));
      if (!producer || producer.tasks.has(task)) return;
      producer.tasks.add(task);
      for (const input of producer.inputs) visit(input);
    };
    for (const { role, value } of graph.outputs) if (role.kind === "prediction") visit(value);
  }
}

/** The tensors that an item reads, and those that it gives to other items. */
interface Ends {
  readonly read: readonly Value[];
  readonly outputs: readonly Value[];
}

function endsOf(emitter: ModelEmitter, item: Item): Ends {
  if (item.kind !== "scope") return { read: item.inputs, outputs: item.outputs };
  const { parameters, results: outputs } = emitter.calleeOf(item).body;
  return { read: parameters.flatMap((each) => (each.kind === "tensor" ? [each.value] : [])), outputs };
}

function joinedGraph(
  graphs: readonly TaskGraph[],
  { root, inputs }: { readonly root: Scope; readonly inputs: readonly GraphInput[] },
): ScopedGraph {
  const all = graphs.map(({ graph }) => graph);
  return {
    graph: { name: "several", inputs, nodes: all.flatMap(({ graph }) => graph.nodes), outputs: [] },
    calls: [],
    weights: [],
    outputs: [],
    root,
    sizes: new Map(all.flatMap(({ sizes }) => [...sizes])),
    others: new Map(all.flatMap(({ others }) => [...others])),
    scalars: new Map(all.flatMap(({ scalars }) => [...scalars])),
    original: (value) => all.map(({ original }) => original(value)).find((each) => each !== value) ?? value,
  };
}
