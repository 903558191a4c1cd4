import type { Graph } from "../graph/graph.ts";
import { absorbIntoProducts } from "./absorb-into-products.ts";
import { foldConstants } from "./fold-constants.ts";
import { mergeCommonSubexpressions } from "./merge-common-subexpressions.ts";
import { removeDeadCode } from "./remove-dead-code.ts";
import { simplifyIdentities } from "./simplify-identities.ts";

/**
 * A product absorbs a factor only where nothing else reads it, so duplicates and dead readers go before; what it leaves
 * behind goes after.
 */
const ORDER: readonly ((graph: Graph) => Graph)[] = [
  foldConstants,
  simplifyIdentities,
  mergeCommonSubexpressions,
  (graph) => removeDeadCode(graph),
  absorbIntoProducts,
  simplifyIdentities,
  mergeCommonSubexpressions,
  (graph) => removeDeadCode(graph),
];

/** The same function of the same inputs and outputs, in fewer passes over memory. */
export function optimise(graph: Graph): Graph {
  return ORDER.reduce((current, pass) => pass(current), graph);
}
