import type { Graph } from "../graph/graph.ts";
import { absorbIntoProducts } from "./absorb-into-products.ts";
import { foldConstants } from "./fold-constants.ts";
import { mergeCommonSubexpressions } from "./merge-common-subexpressions.ts";
import { openGates } from "./open-gates.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import { simplifyIdentities } from "./simplify-identities.ts";

/**
 * Products absorb transposes before neighbouring transposes are joined, which would hide them. They absorb a factor only
 * where nothing else reads what it scales, so they come again after duplicates and dead readers are gone.
 */
const ORDER: readonly ((graph: Graph) => Graph)[] = [
  openGates,
  foldConstants,
  absorbIntoProducts,
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
