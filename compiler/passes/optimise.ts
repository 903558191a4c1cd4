import type { Graph } from "../graph/graph.ts";
import { fuseIntoMatmul } from "./fuse-into-matmul.ts";
import { foldConstants } from "./fold-constants.ts";
import { mergeCommonSubexpressions } from "./merge-common-subexpressions.ts";
import { shareGeluErf } from "./share-gelu-erf.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import { simplifyIdentities } from "./simplify-identities.ts";

/**
 * Matmuls absorb transposes before neighbouring transposes are joined, because joining would hide them. They absorb a
 * factor only if the scaled value has no other reader, so fusion runs again after duplicates and dead readers are
 * removed.
 */
const ORDER: readonly ((graph: Graph) => Graph)[] = [
  shareGeluErf,
  foldConstants,
  fuseIntoMatmul,
  simplifyIdentities,
  mergeCommonSubexpressions,
  (graph) => removeDeadCode(graph),
  fuseIntoMatmul,
  simplifyIdentities,
  mergeCommonSubexpressions,
  (graph) => removeDeadCode(graph),
];

/** Optimises a graph: it computes the same function with the same inputs and outputs, in fewer passes over memory. */
export function optimise(graph: Graph): Graph {
  return ORDER.reduce((current, pass) => pass(current), graph);
}
