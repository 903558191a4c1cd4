import type { Expression, Node as SyntaxNode, TaskDeclaration } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { keyOf } from "../../grammar/written-names.ts";
import type { Bindings } from "../bind/bind.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";
import { isPrelude } from "../prelude/prelude.ts";

export type Uses = ReadonlyMap<string, "required" | "optional">;

/** The modalities of a task's examples: those that it names, else those that its streams reach without `optional`. */
export function usesOf(bindings: Bindings, task: TaskDeclaration): Uses {
  const given = optionOf(task, "uses");
  if (given) return givenUses(given);
  const reached = new Map<string, "required">();
  const roots = [optionOf(task, "from"), optionOf(task, "head")].filter((expression) => expression !== undefined);
  for (const symbol of reachedSymbols(bindings, roots, { throughOptional: "no" }))
    if (symbol.kind === "Modality") reached.set(symbol.name.name, "required");
  return reached;
}

function givenUses(expression: Expression): Uses {
  const uses = new Map<string, "required" | "optional">();
  for (const item of expression.kind === "List" ? expression.items : [expression]) {
    if (item.kind === "Name") uses.set(item.name, "required");
    if (item.kind === "Optional" && item.operand.kind === "Name") uses.set(item.operand.name, "optional");
  }
  return uses;
}

export function optionOf(
  declaration: { readonly options: TaskDeclaration["options"] },
  name: string,
): Expression | undefined {
  return declaration.options.find((option) => keyOf(option) === name)?.value;
}

/** Every declaration that expressions refer to, directly or through others. */
export function reachedSymbols(
  bindings: Bindings,
  roots: readonly SyntaxNode[],
  { throughOptional }: { readonly throughOptional: "yes" | "no" },
): ReadonlySet<SymbolDeclaration> {
  const reached = new Set<SymbolDeclaration>();
  // In the order of the text, and as deep as streams are long.
  const open: SyntaxNode[] = roots.toReversed();
  const visit = (nodes: readonly SyntaxNode[]): void => nodes.toReversed().forEach((node) => void open.push(node));
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "Optional" && throughOptional === "no") continue;
    // What is compared is a choice, even where a modality has the same name.
    if (node.kind === "Binary" && (node.operator === "==" || node.operator === "!=") && throughOptional === "no")
      continue;
    visit(childrenOf(node));
    if (node.kind !== "Name") continue;
    const symbol = bindings.scopes.get(node.span.file)?.symbols.get(node.name);
    if (!symbol || reached.has(symbol)) continue;
    reached.add(symbol);
    if (symbol.kind !== "Task" && symbol.kind !== "Dataset" && symbol.kind !== "Stage" && !isPrelude(symbol.span.file))
      visit([symbol]);
  }
  return reached;
}
