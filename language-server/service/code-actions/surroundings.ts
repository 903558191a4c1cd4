import type { Declaration, Node } from "../../../grammar/ast.ts";
import type { Selection } from "./code-action.ts";

/** The declaration that the selection is in. */
export function declarationOf(selection: Selection): Declaration | undefined {
  const declaration = declarationAround(selection, selection.start);
  return declaration && selection.end <= declaration.span.end ? declaration : undefined;
}

export function declarationAround({ analysis }: Pick<Selection, "analysis">, offset: number): Declaration | undefined {
  return analysis.tree.declarations.find(({ span }) => span.start <= offset && offset <= span.end);
}

/** The innermost node of a kind around the selection. */
export function innermost<Kind extends Node["kind"]>(
  { nodes }: Pick<Selection, "nodes">,
  kind: Kind,
): Extract<Node, { readonly kind: Kind }> | undefined {
  return nodes.findLast((node): node is Extract<Node, { readonly kind: Kind }> => node.kind === kind);
}

/** The declaration whose name or keyword is at the cursor, so that an action about the whole of it is wanted. */
export function headedDeclaration(selection: Selection): Declaration | undefined {
  const declaration = declarationOf(selection);
  if (!declaration || !("name" in declaration)) return undefined;
  return selection.end <= declaration.name.span.end ? declaration : undefined;
}
