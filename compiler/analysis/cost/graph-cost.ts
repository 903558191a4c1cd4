import { bytesOf, nodeFlops, peakOf } from "../../graph/cost.ts";
import type { Graph, Value } from "../../graph/graph.ts";
import type { Contribution, PartOf } from "./parts.ts";

/** FLOPs of each node, for one of the examples that the graph is run for. */
export function flopsOf(partOf: PartOf, graph: Graph, examples: number): readonly Contribution[] {
  return graph.nodes.map((node) => [partOf(node.origin?.path), { flops: nodeFlops(node) / examples }]);
}

/** Memory of the features and random bytes of a batch. They are live throughout. */
export function batchMemory(partOf: PartOf, { inputs }: Graph): readonly Contribution[] {
  return inputs.flatMap(({ role, value }): readonly Contribution[] => {
    const path = role.kind === "feature" ? role.feature : role.kind === "random" ? role.site : undefined;
    return path === undefined ? [] : [[partOf(path), { activationBytes: bytesOf(value) }]];
  });
}

/** Memory of the values that are live when the graph needs most. */
export function peakMemory(partOf: PartOf, graph: Graph): readonly Contribution[] {
  const paths = new Map<Value, string | undefined>(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node.origin?.path] as const)),
  );
  return peakOf(graph).live.map((value) => [partOf(paths.get(value)), { activationBytes: bytesOf(value) }]);
}
