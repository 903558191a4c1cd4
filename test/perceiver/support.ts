import { type Graph, sizeOf } from "../../compiler/graph/graph.ts";
import type { WeightDeclaration } from "../../compiler/stage/plan.ts";
import { nodeFlops } from "../../compiler/graph/cost.ts";
import { type Inspected, type Request, inspect } from "../elaborate/harness.ts";

/** The streams of a specification without tasks. */
export function streamsOf(text: string, request: Request = {}): Inspected {
  return inspect(`model perceiver\n${text}`, { unused: "allowed", ...request });
}

/** Numbers in the weights whose names match. */
export function parameters(weights: readonly WeightDeclaration[], pattern = /./u): number {
  return weights.filter(({ name }) => pattern.test(name)).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Multiply-adds of the products that come from blocks whose path matches. */
export function multiplyAdds(graph: Graph, pattern = /./u): number {
  return graph.nodes
    .filter(({ op, origin }) => op === "matmul" && pattern.test(origin?.path ?? ""))
    .reduce((sum, node) => sum + nodeFlops(node) / 2, 0);
}
