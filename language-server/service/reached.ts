import type { Node } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { Definition } from "../../compiler/resolve/definition.ts";
import type { References } from "../../compiler/resolve/resolve-names.ts";

/**
 * Visits a node and everything that its value is computed from: the nodes below it, and the values of the streams, layers, modalities and
 * local names that they name. The bodies of blocks are not entered.
 */
export function visitReached(
  references: References,
  from: Node,
  enter: (node: Node, means?: Definition) => void,
): void {
  const seen = new Set<Node>();
  const open: Node[] = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const definition = node.kind === "Name" ? references.nameOf(node).definition : undefined;
    enter(node, definition);
    const value = definition && valueOf(definition);
    if (value) open.push(value);
    open.push(...childrenOf(node));
  }
}

/** The expression that a name stands for, unless it is a number with a name. */
function valueOf(definition: Definition): Node | undefined {
  if (definition.kind === "declaration") {
    const { declaration } = definition;
    return declaration.kind === "Block" || declaration.kind === "Param" ? undefined : declaration;
  }
  if (definition.kind === "binding") return definition.binding.value;
  return definition.kind === "local" ? definition.statement : undefined;
}
