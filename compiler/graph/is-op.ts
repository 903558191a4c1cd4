import type { OpName } from "./attributes.ts";
import type { Node } from "./graph.ts";

/** Narrows a node, with its attributes, to one op. */
export function isOp<Op extends OpName>(node: Node | undefined, op: Op): node is Node<Op> {
  return node?.op === op;
}
