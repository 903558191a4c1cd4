import type { Expression, FusionDeclaration, Node as SyntaxNode } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { References } from "../resolve/resolve-names.ts";
import { fusionInputs } from "./fusion.ts";

/**
 * The modalities whose tokens an expression reads. A result of a fusion counts as the input of the same name, although
 * it depends on the others too.
 */
export function modalitiesOf(references: References, expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  collect(references, expression, found);
  return found;
}

function collect(references: References, node: SyntaxNode, found: Set<string>): void {
  if (node.kind === "Member") {
    const fusion = references.declarationOf(node.object);
    const input = fusion?.kind === "Fusion" ? inputCalled(fusion, node.member.name) : undefined;
    if (input) return collect(references, input, found);
  }
  const declaration = node.kind === "Name" ? references.declarationOf(node) : undefined;
  if (declaration?.kind === "Modality") found.add(declaration.name.name);
  if (declaration?.kind === "Stream" || declaration?.kind === "Fusion") collect(references, declaration.value, found);
  for (const child of childrenOf(node)) collect(references, child, found);
}

function inputCalled(fusion: FusionDeclaration, name: string): Expression | undefined {
  return fusionInputs(fusion.value).find((input) => input.name === name)?.value;
}
