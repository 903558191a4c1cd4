import { GraphBuilder } from "../graph/builder.ts";
import { type Expressions, expressions } from "../graph/expressions.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";

export interface Rewriting {
  readonly builder: GraphBuilder;
  readonly e: Expressions;
  /** The rewritten node that defines a value; `undefined` for an input of the graph. */
  readonly producer: (value: Value | undefined) => Node | undefined;
  /** Upper bound of the number of reads of a value by nodes and outputs. */
  readonly readers: (value: Value) => number;
  /** The number in every element of a value that a `fill` defines. */
  readonly uniform: (value: Value | undefined) => number | undefined;
}

/**
 * Is called with a node whose inputs are rewritten already. Returns replacements of its outputs, or `undefined` to keep
 * it.
 */
export type Rule = (node: Node, context: Rewriting) => readonly Value[] | undefined;

/**
 * Rebuilds a graph from its inputs to its outputs, node by node. Nodes that become unused are left to `removeDeadCode`.
 */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const builder = GraphBuilder.onInputsOf(graph);
  const replacements = new Map<Value, Value>();
  const current = (value: Value): Value => replacements.get(value) ?? value;
  const readers = countReaders(graph);
  const producers = new Map<Value, Node>();
  const producer = (value: Value | undefined): Node | undefined => value && producers.get(value);
  const context: Rewriting = {
    builder,
    e: expressions(builder),
    producer,
    readers: (value) => readers.get(value) ?? 0,
    uniform: (value) => {
      const source = producer(value);
      return isOp(source, "fill") ? source.attributes.value : undefined;
    },
  };

  let indexed = 0;
  for (const original of graph.nodes) {
    const node = original.inputs.some((input) => replacements.has(input))
      ? { ...original, inputs: original.inputs.map(current) }
      : original;
    builder.origin = node.origin;
    const results = rule(node, context);
    if (!results) builder.append(node);
    for (const [index, output] of node.outputs.entries()) {
      const result = results?.[index];
      if (!result) continue;
      replacements.set(output, result);
      readers.set(result, (readers.get(result) ?? 0) + (readers.get(output) ?? 0));
    }
    for (; indexed < builder.nodes.length; indexed++) {
      const added = builder.nodes[indexed];
      for (const output of added?.outputs ?? []) if (added) producers.set(output, added);
    }
  }
  for (const { role, value } of graph.outputs) builder.output(role, current(value));
  return builder.build(graph.name);
}

function countReaders(graph: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  const read = (value: Value): void => void counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(read);
  for (const output of graph.outputs) read(output.value);
  return counts;
}
