import type { Node } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";

/** The nodes around an offset, the whole file first and the innermost node last. Of two that touch at the offset, the later one counts. */
export function nodesAt(tree: Node, offset: number): readonly Node[] {
  const path: Node[] = [];
  for (let node: Node | undefined = tree; node !== undefined;) {
    path.push(node);
    node = childrenOf(node).findLast(({ span: { start, end } }) => start <= offset && offset <= end);
  }
  return path;
}
