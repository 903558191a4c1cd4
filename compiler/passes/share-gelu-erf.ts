import { type Graph, type Value, sameShape } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { rewrite } from "./rewrite.ts";

/**
 * GELU is u·(1 + erf(u))/√2 with u = x/√2. If the backward pass evaluates erf(u) as well, the forward pass is rewritten
 * in terms of it, so that it is evaluated once. The matmuls before and after absorb the factors.
 */
export function shareGeluErf(graph: Graph): Graph {
  const opened = valuesToOpen(graph);
  return rewrite(graph, (node, { e }) => {
    const [x] = node.inputs;
    const [y] = node.outputs;
    if (!x || !y || !opened.has(y)) return undefined;
    const u = e.multiply(x, Math.SQRT1_2);
    return [e.multiply(e.multiply(u, e.add(e.erf(u), 1)), Math.SQRT1_2)];
  });
}

/** Results of exact GELUs of an x for which the graph also has erf(x/√2). */
function valuesToOpen({ nodes }: Graph): ReadonlySet<Value> {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const halved = new Set(
    nodes.flatMap((node) => {
      const [u] = isOp(node, "erf") ? node.inputs : [];
      const scaled = u && producers.get(u);
      const [x, factor] = isOp(scaled, "multiply") ? scaled.inputs : [];
      const fill = factor && producers.get(factor);
      return x && u && sameShape(x.shape, u.shape) && isOp(fill, "fill") && fill.attributes.value === Math.SQRT1_2
        ? [x]
        : [];
    }),
  );
  const isOpened = (x: Value | undefined): boolean => x !== undefined && halved.has(x);
  return new Set(
    nodes.flatMap((node) =>
      isOp(node, "gelu") && node.attributes.approximation === "none" && isOpened(node.inputs[0]) ? node.outputs : [],
    ),
  );
}
