import { drawnRate } from "../elaborate/natives/drawn-rate.ts";
import type { Call } from "../elaborate/calls.ts";
import { type HostFunction, type Node, type Value, roleName } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { isPrelude } from "../prelude/prelude.ts";
import type { Rules } from "../semantics.ts";
import { namedTensors } from "./named-values.ts";
import type { SizedGraph } from "../stage/sized-graph.ts";

/** A node of the graph, in the block that emitted it. */
export interface Step {
  readonly kind: "step";
  readonly node: Node;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** An application of dropout, which is one module in every mode. */
export interface DropoutStep {
  readonly kind: "dropout";
  /** The path of its module, from which its random numbers are drawn. */
  readonly path: string;
  readonly rate: number;
  readonly over: "elements" | "example";
  readonly kept: "rescaled" | "as_they_are";
  readonly inputs: readonly [Value];
  readonly outputs: readonly [Value];
}

/** A function that no graph computes, as the assignment of many boxes. */
export interface HostStep {
  readonly kind: "host";
  readonly function: HostFunction;
  readonly inputs: readonly [Value];
  readonly outputs: readonly [Value];
}

/** A block that is applied, with what is computed in it, in order. The outermost one is the task's whole graph. */
export interface Scope {
  readonly kind: "scope";
  readonly call: Call | undefined;
  readonly path: string;
  readonly parent: Scope | undefined;
  readonly items: Item[];
}

/** An item that is no scope itself. */
export type Leaf = Step | DropoutStep | HostStep;

export type Item = Leaf | Scope;

export interface ScopedGraph extends SizedGraph {
  readonly root: Scope;
  /** The tensor of the graph that a tensor is; another one where dropout is off and gives what it was given. */
  readonly original: (value: Value) => Value;
  readonly outputs: SizedGraph["graph"]["outputs"];
  /** The tensors without axes that are numbers. */
  readonly scalars: ReadonlyMap<Value, number>;
}

/** The paths of dropouts of which more than the result is read, as by a block that computes a part of the model again with the same draws. */
export function openDropouts(graph: SizedGraph, rules: Rules): readonly string[] {
  const { nodes } = graph.graph;
  return dropoutsOf(graph, rules)
    .filter(({ call, result }) => {
      const { first, end } = call.nodes;
      const inner = new Set(nodes.slice(first, end).flatMap(({ outputs }) => outputs));
      inner.delete(result);
      return nodes.some(
        ({ inputs }, index) => (index < first || index >= end) && inputs.some((value) => inner.has(value)),
      );
    })
    .map(({ path }) => path);
}

/**
 * Distributes the nodes of a graph over the blocks that emitted them. Nodes that no output depends on are left out, and the nodes of a dropout are one
 * module, unless its path is among those that are open.
 */
export function scopedGraph(graph: SizedGraph, rules: Rules, open: ReadonlySet<string> = new Set()): ScopedGraph {
  const dropouts = dropoutsOf(graph, rules).filter(({ path }) => !open.has(path));
  const within = new Set(dropouts.flatMap(({ call }) => range(call.nodes)));
  const renamed = new Map<Value, Value>();
  const originals = new Map<Value, Value>();
  const current = (value: Value): Value => renamed.get(value) ?? value;
  const placed: { readonly item: Leaf; readonly call: number | undefined }[] = [];
  let next = 0;
  const sizes = new Map(graph.sizes);
  const hosts = hostCallsOf(graph);
  const placeDropouts = (before: number): void => {
    for (; next < dropouts.length && (dropouts[next]?.call.nodes.first ?? before) < before; next++) {
      const dropout = dropouts[next];
      if (!dropout) return;
      const { call, x, result } = dropout;
      const input = current(x);
      // Dropout that is off returns its stream, which from here on is another tensor.
      const output = result === x ? { ...x } : result;
      if (result === x) {
        renamed.set(x, output);
        originals.set(output, originals.get(input) ?? x);
        sizes.set(output, graph.sizes.get(x) ?? []);
      }
      const { path, rate, over, kept } = dropout;
      placed.push({
        item: { kind: "dropout", path, rate, over, kept, inputs: [input], outputs: [output] },
        call: call.parent,
      });
    }
  };
  for (const [index, node] of graph.graph.nodes.entries()) {
    placeDropouts(index + 1);
    if (within.has(index)) continue;
    const item: Step = { kind: "step", node, inputs: node.inputs.map(current), outputs: node.outputs };
    placed.push({ item, call: node.origin?.call });
    for (const { argument, ...host } of hosts)
      if (node.outputs.includes(argument))
        placed.push({ item: { kind: "host", ...host, inputs: [current(argument)] }, call: node.origin?.call });
  }
  placeDropouts(Number.POSITIVE_INFINITY);
  const own = graph.graph.outputs.filter(({ role }) => role.kind !== "host_argument");
  const outputs = own.map((output) => ({ ...output, value: current(output.value) }));
  const live = new Set<Value>(outputs.map(({ value }) => value));
  const kept = placed.toReversed().filter(({ item }) => {
    if (!item.outputs.some((value) => live.has(value))) return false;
    for (const value of item.inputs) live.add(value);
    return true;
  });
  const root: Scope = { kind: "scope", call: undefined, path: "", parent: undefined, items: [] };
  const scopes = new Map<number, Scope>();
  const scopeOf = (id: number | undefined): Scope => {
    const call = id === undefined ? undefined : graph.calls[id];
    if (!call) return root;
    const known = scopes.get(call.id);
    if (known) return known;
    const parent = scopeOf(call.parent);
    const path = call.of === "teacher" ? `teacher.${call.path}` : call.path;
    const isOwn = call.callable.native === undefined && path !== parent.path && call.path !== "";
    const scope: Scope = isOwn ? { kind: "scope", call, path, parent, items: [] } : parent;
    if (isOwn) parent.items.push(scope);
    scopes.set(call.id, scope);
    return scope;
  };
  for (const { item, call } of kept.toReversed()) scopeOf(call).items.push(item);
  const scalars = new Map(
    graph.graph.nodes.flatMap((node) =>
      isOp(node, "fill") && node.attributes.shape.length === 0
        ? node.outputs.map((value) => [value, node.attributes.value] as const)
        : [],
    ),
  );
  return { ...graph, sizes, root, outputs, scalars, original: (value) => originals.get(value) ?? value };
}

/** The functions whose arguments the graph gives and whose results it takes. */
function hostCallsOf({ graph: { inputs, outputs } }: SizedGraph) {
  return outputs.flatMap(({ role, value: argument }) => {
    if (role.kind !== "host_argument") return [];
    const result = inputs.find(({ name }) => name === roleName({ ...role, kind: "host_result" }));
    return result ? [{ function: role.function, argument, outputs: [result.value] as const }] : [];
  });
}

interface DropoutCall extends Pick<DropoutStep, "path" | "rate" | "over" | "kept"> {
  readonly call: Call;
  readonly x: Value;
  readonly result: Value;
}

function dropoutsOf({ calls }: SizedGraph, rules: Rules): readonly DropoutCall[] {
  return calls
    .flatMap((call): readonly DropoutCall[] => {
      if (call.block !== "dropout" || call.of === "teacher" || !isPrelude(call.callable.declaration.span.file))
        return [];
      const [x, rate, over, rescale] = ["x", "rate", "over", "rescale"].map((name) => call.arguments.get(name));
      const [given] = x ? [...namedTensors(x).keys()] : [];
      const [result] = namedTensors(call.result).keys();
      const drawn = rate?.kind === "number" ? drawnRate(rate.value, rules) : undefined;
      if (!given || !result || !drawn) return [];
      return [
        {
          call,
          x: given,
          result,
          path: call.path,
          rate: drawn.rate,
          over: over?.kind === "string" && over.value === "example" ? "example" : "elements",
          kept: rescale?.kind === "bool" && !rescale.value ? "as_they_are" : "rescaled",
        },
      ];
    })
    .toSorted((a, b) => a.call.nodes.first - b.call.nodes.first || a.call.id - b.call.id);
}

function range({ first, end }: Call["nodes"]): readonly number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/** The items of a scope and of those within it. */
export function allItems(scope: Scope): readonly Leaf[] {
  return scope.items.flatMap((item) => (item.kind === "scope" ? allItems(item) : [item]));
}

/** The tensors that an item makes, those of the blocks within it included. */
export function outputsOfItem(item: Item): readonly Value[] {
  return item.kind === "scope" ? allItems(item).flatMap(({ outputs }) => outputs) : item.outputs;
}

/** The tensors from outside that an item computes from. */
export function inputsOfItem(item: Item): readonly Value[] {
  if (item.kind !== "scope") return item.inputs;
  const made = new Set(outputsOfItem(item));
  return [...new Set(allItems(item).flatMap(({ inputs }) => inputs))].filter((value) => !made.has(value));
}
