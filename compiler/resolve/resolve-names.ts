import type { Expression, NameExpression, Node as SyntaxNode, Span } from "../../grammar/ast.ts";
import type { Bindings } from "../bind/bind.ts";
import type { LoadedFile } from "../bind/load.ts";
import type { FileScope, SymbolDeclaration } from "../bind/symbols.ts";
import { type Definition, type NameReference, type Reference, type Scope } from "./definition.ts";
import { type DeclarationTables, declarationTables } from "./declaration-tables.ts";
import { preludeTables } from "./prelude-tables.ts";
import { ReferenceTable } from "./reference-table.ts";
import { fileScope } from "./scopes.ts";

/** The meaning of every name in the files of a specification and in the prelude. */
export interface References {
  /** The meaning of a node: of a name, of the key of an entry, of an argument's name, of what follows a point. */
  definitionOf(node: SyntaxNode): Definition | undefined;
  /** The declaration that a name means, where it means one: not a local name, and not a choice. */
  declarationOf(node: SyntaxNode): SymbolDeclaration | undefined;
  /** All that is known of a bare name. One that is in no file, such as a value that `--set` gives, is resolved in its file's scope. */
  nameOf(node: NameExpression): NameReference;
  /**
   * The parameter of a block or the option that a value is written for, so the type that is expected of it. It is `undefined` for a
   * positional argument that may be a stream, since elaboration decides which parameter that fills.
   */
  purposeOf(value: Expression): Definition | undefined;
  /** Every use of a definition, in the order of the text, files after each other; where it is declared is not one. */
  usesOf(definition: Definition): readonly Reference[];
  /** Every name of a file, in the order of the text. */
  inFile(path: string): readonly Reference[];
  /** The names that can be seen at an offset of a file. */
  scopeAt(file: string, offset: number): Scope;
  /** The bare names of the files that mean nothing. */
  readonly unresolved: readonly NameReference[];
  /** The innermost name at an offset of a file. */
  at(file: string, offset: number): Reference | undefined;
  readonly prelude: FileScope;
}

/** Resolves the names of every file, once. */
export function resolveNames(files: ReadonlyMap<string, LoadedFile>, bindings: Bindings): References {
  const { prelude, scopes } = bindings;
  const none: FileScope = { path: "", symbols: new Map() };
  const entry = (scopes.get(bindings.entry) ?? none).symbols;
  const tables = new Map(
    [...files.values()].map((file): [string, DeclarationTables] => [
      file.path,
      declarationTables(file, { file: scopes.get(file.path) ?? none, entry }, prelude),
    ]),
  );
  return referencesOf(tables, bindings);
}

function referencesOf(tables: ReadonlyMap<string, DeclarationTables>, { prelude, scopes }: Bindings): References {
  const standard = preludeTables(prelude);
  /** The references around a position, of its file or of its block of the prelude; `undefined` if it is in no file. */
  const tableAt = (span: Span): ReferenceTable | undefined => {
    const file = tables.get(span.file);
    return file ? file.at(span.start) : standard.at(span);
  };
  const tablesOf = (file: string): readonly ReferenceTable[] => tables.get(file)?.all ?? standard.all();
  const all = [...tables.values()].flatMap((file) => file.all);
  const scopeOf = (file: string): FileScope => scopes.get(file) ?? prelude;
  let uses: ReadonlyMap<Definition, readonly Reference[]> | undefined;
  const definitionOf = (node: SyntaxNode): Definition | undefined => {
    return node.kind === "Name" ? nameOf(node).definition : tableAt(node.span)?.others.get(node)?.definition;
  };
  const nameOf = (node: NameExpression): NameReference => {
    return (
      tableAt(node.span)?.names.get(node) ?? new ReferenceTable(prelude).name(node, fileScope(scopeOf(node.span.file)))
    );
  };
  const inFile = (path: string): readonly Reference[] =>
    tablesOf(path)
      .flatMap((table) => table.inOrder())
      .filter(({ at }) => at.file === path);
  return {
    prelude,
    unresolved: all.flatMap(({ unresolved }) => unresolved),
    definitionOf,
    nameOf,
    inFile,
    purposeOf: (value) => tableAt(value.span)?.purposes.get(value),
    declarationOf: (node) => {
      const definition = definitionOf(node);
      return definition?.kind === "declaration" ? definition.declaration : undefined;
    },
    usesOf: (definition) => {
      uses ??= byDefinition([...all, ...standard.all()]);
      return uses.get(definition) ?? [];
    },
    scopeAt: (file, offset) =>
      tableAt({ file, start: offset, end: offset })?.scopes.findLast(
        ({ scope, start, end }) => scope.file === scopeOf(file) && start <= offset && offset <= end,
      )?.scope ?? fileScope(scopeOf(file)),
    at: (file, offset) =>
      inFile(file)
        .filter(({ at }) => at.start <= offset && offset <= at.end)
        .toSorted((a, b) => a.at.end - a.at.start - (b.at.end - b.at.start))[0],
  };
}

function byDefinition(tables: readonly ReferenceTable[]): ReadonlyMap<Definition, readonly Reference[]> {
  const uses = new Map<Definition, Reference[]>();
  for (const table of tables)
    for (const reference of table.inOrder()) {
      if (reference.role === "declaration") continue;
      const known = uses.get(reference.definition);
      if (known) known.push(reference);
      else uses.set(reference.definition, [reference]);
    }
  return uses;
}
