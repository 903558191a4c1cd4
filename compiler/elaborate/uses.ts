import type { Expression, NameExpression, Node as SyntaxNode, TaskDeclaration } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { keyOf } from "../../grammar/written-names.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";
import type { References } from "../resolve/resolve-names.ts";
import type { Rules } from "../semantics.ts";

/** The meaning of names, and the rules by which they are read. */
export interface Naming {
  readonly references: References;
  readonly rules: Pick<Rules, "hiddenModalities">;
}

export type Uses = ReadonlyMap<string, "required" | "optional">;

/** The modalities of a task's examples: those that it names, else those that its streams reach without `optional`. */
export function usesOf(naming: Naming, task: TaskDeclaration): Uses {
  const given = optionOf(task, "uses");
  if (given) return givenUses(given);
  const reached = new Map<string, "required">();
  const roots = [optionOf(task, "from"), optionOf(task, "head")].filter((expression) => expression !== undefined);
  for (const symbol of reachedSymbols(naming, roots, { throughOptional: "no" }))
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

/**
 * Every declaration that expressions refer to, directly or through others. A local name, or a choice, with the name of
 * a declaration does not refer to it.
 */
export function reachedSymbols(
  { references, rules }: Naming,
  roots: readonly SyntaxNode[],
  { throughOptional }: { readonly throughOptional: "yes" | "no" },
): ReadonlySet<SymbolDeclaration> {
  const reached = new Set<SymbolDeclaration>();
  // In the order of the text, and as deep as streams are long.
  const open: SyntaxNode[] = roots.toReversed();
  const visit = (nodes: readonly SyntaxNode[]): void => nodes.toReversed().forEach((node) => void open.push(node));
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "Optional" && throughOptional === "no") continue;
    // A task that reads a modality does not read the one that it is declared like.
    if (node.kind === "Modality" && throughOptional === "no") continue;
    // A comparison is decided when the specification is compiled: it reads no stream.
    if (node.kind === "Binary" && ["==", "!="].includes(node.operator) && throughOptional === "no") continue;
    visit(childrenOf(node));
    if (node.kind !== "Name") continue;
    const symbol =
      rules.hiddenModalities === "required" ? namedInFile(references, node) : references.declarationOf(node);
    // The prelude contains no names of a specification.
    if (!symbol || reached.has(symbol) || references.prelude.symbols.get(node.name) === symbol) continue;
    reached.add(symbol);
    if (symbol.kind !== "Task" && symbol.kind !== "Dataset" && symbol.kind !== "Stage") visit([symbol]);
  }
  return reached;
}

/** The rules of semantics 1 took the declaration that has a name, although a local name hides it. */
function namedInFile(references: References, node: NameExpression): SymbolDeclaration | undefined {
  const definition = references.definitionOf(node);
  const isChoice = definition?.kind === "written_choice" || definition?.kind === "dynamic";
  return isChoice ? undefined : references.nameOf(node).scope.file.symbols.get(node.name);
}
