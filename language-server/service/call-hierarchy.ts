import type { Declaration, Span } from "../../grammar/ast.ts";
import { type SymbolDeclaration, symbolOf } from "../../compiler/bind/symbols.ts";
import { type Reference, definitionOfDeclaration } from "../../compiler/resolve/definition.ts";
import { referencesTo } from "./references.ts";
import type { Workspace } from "./workspace.ts";

/** A declaration that calls blocks, or a block or a layer that is called. */
export interface CallItem {
  readonly label: string;
  readonly kind: SymbolDeclaration["kind"];
  readonly whole: Span;
  readonly name: Span;
}

/** A call from or to a declaration, with the names in the caller's text that call. */
export interface Call {
  readonly item: CallItem;
  readonly at: readonly Span[];
}

/** The block or layer that is named at an offset, else the declaration around it. */
export function callItemAt(workspace: Workspace, path: string, offset: number): CallItem | undefined {
  const definition = workspace.analyse(path)?.references.at(path, offset)?.definition;
  if (definition?.kind === "declaration") return itemOf(definition.declaration);
  return containerOf(workspace, { file: path, start: offset, end: offset });
}

/** The declarations that call a block or a layer, in all files of the workspace and in the standard library. */
export function callsTo(workspace: Workspace, { name }: CallItem): readonly Call[] {
  const definition = workspace.analyse(name.file)?.references.at(name.file, name.start)?.definition;
  if (!definition) return [];
  const calls = referencesTo(workspace, name.file, definition).filter(
    ({ role, node }) => role === "use" && node.kind === "Name",
  );
  return grouped(calls.map(({ at }) => ({ item: containerOf(workspace, at), at })));
}

/** The blocks and layers that a declaration calls. */
export function callsFrom(workspace: Workspace, { whole }: CallItem): readonly Call[] {
  const references = workspace.analyse(whole.file)?.references.inFile(whole.file) ?? [];
  return grouped(
    references
      .filter(({ at, role }) => role === "use" && whole.start <= at.start && at.end <= whole.end)
      .map((reference) => ({ item: calledBy(reference), at: reference.at })),
  );
}

function calledBy({ definition, node }: Reference): CallItem | undefined {
  const isCall =
    node.kind === "Name" &&
    definition.kind === "declaration" &&
    (definition.declaration.kind === "Block" || definition.declaration.kind === "Layer");
  return isCall ? itemOf(definition.declaration) : undefined;
}

function containerOf(workspace: Workspace, { file, start }: Span): CallItem | undefined {
  const around = workspace
    .parsed(file)
    ?.tree.declarations.findLast(({ span }) => span.start <= start && start <= span.end);
  return around && itemOf(around);
}

function itemOf(declaration: Declaration): CallItem | undefined {
  const symbol = symbolOf(declaration);
  if (!symbol) return undefined;
  const { name } = definitionOfDeclaration(symbol);
  return { label: name, kind: symbol.kind, whole: symbol.span, name: symbol.name.span };
}

function grouped(calls: readonly { readonly item: CallItem | undefined; readonly at: Span }[]): readonly Call[] {
  const byItem = new Map<string, { readonly item: CallItem; readonly at: Span[] }>();
  for (const { item, at } of calls) {
    if (!item) continue;
    const key = `${item.name.file} ${item.name.start}`;
    const known = byItem.get(key);
    if (known) known.at.push(at);
    else byItem.set(key, { item, at: [at] });
  }
  return [...byItem.values()];
}
