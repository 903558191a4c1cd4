import type { Node } from "../../grammar/ast.ts";
import { visit } from "../../grammar/children.ts";

/** True if the parser found every part of a node, so that it can be printed. */
export function isWhole(node: Node): boolean {
  let found = true;
  visit(node, ({ kind }) => {
    if (kind === "Error") found = false;
    return found ? undefined : "skip";
  });
  return found;
}
