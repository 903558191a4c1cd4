import type { Graph, Node, Value } from "../graph/graph.ts";
import { reachedFrom } from "./differentiate.ts";

/** The part of a graph that all tasks have in common, and its values that the other nodes read. */
export interface Representation {
  readonly trunk: ReadonlySet<Node>;
  readonly values: readonly Value[];
}

/**
 * The trunk has the nodes on which all losses depend. The representation has those of its values that depend on a trained weight and are read by other nodes
 * on which some loss depends; a trained weight that all losses depend on and other nodes read is such a value too.
 */
export function representationOf(graph: Graph, losses: readonly Value[], trained: readonly Value[]): Representation {
  const needed = losses.map((loss) => neededFor(graph, loss));
  const trunk = new Set(graph.nodes.filter((node) => needed.every((nodes) => nodes.has(node))));
  const heads = graph.nodes.filter((node) => !trunk.has(node) && needed.some((nodes) => nodes.has(node)));
  const read = new Set(heads.flatMap(({ inputs }) => inputs));
  const readOf = needed.map((nodes) => new Set([...nodes].flatMap(({ inputs }) => inputs)));
  const active = reachedFrom(trained, graph.nodes);
  const candidates = [...trained, ...graph.nodes.filter((node) => trunk.has(node)).flatMap(({ outputs }) => outputs)];
  return {
    trunk,
    values: candidates.filter(
      (value) => active.has(value) && read.has(value) && readOf.every((values) => values.has(value)),
    ),
  };
}

/** The nodes on which a value depends. */
function neededFor({ nodes }: Graph, value: Value): ReadonlySet<Node> {
  const values = new Set([value]);
  const needed = new Set<Node>();
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => values.has(output))) continue;
    needed.add(node);
    for (const input of node.inputs) values.add(input);
  }
  return needed;
}
