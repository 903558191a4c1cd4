import type { Graph, Value } from "../graph/graph.ts";

/**
 * The weights that are found first when going back from a graph's predictions: those of the last layer, or its bias
 * alone.
 */
export function lastWeights({ inputs, nodes, outputs }: Graph): ReadonlySet<string> {
  const weights = new Map(
    inputs.flatMap(({ role, value }) => (role.kind === "weight" ? [[value, role.weight] as const] : [])),
  );
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const found = new Set<string>();
  const seen = new Set<Value>();
  const open = outputs.flatMap(({ role, value }) => (role.kind === "prediction" ? [value] : []));
  for (let value = open.pop(); value; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const read = makers.get(value)?.inputs ?? [];
    const own = read.flatMap((input) => weights.get(input) ?? []);
    for (const name of own) found.add(name);
    if (own.length === 0) open.push(...read);
  }
  return found;
}
