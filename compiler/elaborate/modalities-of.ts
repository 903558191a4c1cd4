import type { Expression, FusionDeclaration, Node as SyntaxNode } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { Bindings } from "../bind/bind.ts";
import { isPrelude } from "../prelude/prelude.ts";
import { fusionInputs } from "./fusion.ts";

/** The modalities whose tokens an expression reads. A result of a fusion counts as the input whose name it has, whatever it met on its way. */
export function modalitiesOf(bindings: Bindings, expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  collect(bindings, expression, found);
  return found;
}

function collect(bindings: Bindings, node: SyntaxNode, found: Set<string>): void {
  const symbolOf = (name: SyntaxNode) =>
    name.kind === "Name" ? bindings.scopes.get(name.span.file)?.symbols.get(name.name) : undefined;
  if (node.kind === "Member") {
    const fusion = symbolOf(node.object);
    const input = fusion?.kind === "Fusion" ? inputCalled(fusion, node.member.name) : undefined;
    if (input) return collect(bindings, input, found);
  }
  const symbol = symbolOf(node);
  if (symbol?.kind === "Modality") found.add(symbol.name.name);
  if ((symbol?.kind === "Stream" || symbol?.kind === "Fusion") && !isPrelude(symbol.span.file))
    collect(bindings, symbol.value, found);
  for (const child of childrenOf(node)) collect(bindings, child, found);
}

function inputCalled(fusion: FusionDeclaration, name: string): Expression | undefined {
  return fusionInputs(fusion.value).find((input) => input.name === name)?.value;
}
