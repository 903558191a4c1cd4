import type {
  AdaptDeclaration,
  ImportDeclaration,
  ModelDeclaration,
  RenamedDeclaration,
  SpecificationFile,
} from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { LazyMap } from "../lazy-map.ts";
import { type PreludeBlock, prelude as preludeFiles, preludeBlocks } from "../prelude/prelude.ts";
import type { LoadedFile } from "./load.ts";
import { type FileScope, type SymbolDeclaration, importable, nameSpan, symbolOf } from "./symbols.ts";

/** Declarations by name, for every file. The declarations of the entry file are the model. */
export interface Bindings {
  readonly entry: string;
  readonly scopes: ReadonlyMap<string, FileScope>;
  /** Blocks of the standard library, visible in every file after the file's own names. */
  readonly prelude: FileScope;
  readonly model: ModelDeclaration | undefined;
  readonly renamed: readonly RenamedDeclaration[];
  readonly adapted: readonly AdaptDeclaration[];
}

/** Names that the entry file sees, in the order of its text: its declarations, then its imports. */
export function entrySymbols({ scopes, entry }: Bindings): readonly SymbolDeclaration[] {
  return [...(scopes.get(entry)?.symbols.values() ?? [])];
}

/**
 * Tasks, streams and so on may share a name with a block of the prelude; within a file a name is declared once, across
 * kinds.
 */
export function bind(files: ReadonlyMap<string, LoadedFile>, entry: string, reporter: Reporter): Bindings {
  const scopes = new Map<string, FileScope>();
  for (const file of files.values())
    scopes.set(file.path, { path: file.path, symbols: ownSymbols(file.tree.declarations.map(symbolOf), reporter) });
  const complete = new Map<string, FileScope>();
  for (const file of files.values()) {
    const symbols = new Map(scopes.get(file.path)?.symbols);
    for (const [declaration, path] of file.imports) addImports(declaration, scopes.get(path), symbols, reporter);
    complete.set(file.path, scopeOf(file, symbols));
  }
  const declarations = files.get(entry)?.tree.declarations ?? [];
  return {
    entry,
    scopes: complete,
    prelude: preludeScope(),
    model: declarations.find((declaration) => declaration.kind === "Model"),
    renamed: declarations.filter((declaration) => declaration.kind === "Renamed"),
    adapted: declarations.filter((declaration) => declaration.kind === "Adapt"),
  };
}

/** The last scope of each file, by its tree. */
const lastScopes = new WeakMap<SpecificationFile, FileScope>();

/** The scope of a file. While it sees the same declarations it is the same object, by which what depends on it is kept. */
function scopeOf({ path, tree }: LoadedFile, symbols: ReadonlyMap<string, SymbolDeclaration>): FileScope {
  const last = lastScopes.get(tree);
  if (last?.symbols.size === symbols.size && [...symbols].every(([name, symbol]) => last.symbols.get(name) === symbol))
    return last;
  const scope = { path, symbols };
  lastScopes.set(tree, scope);
  return scope;
}

function ownSymbols(
  declarations: readonly (SymbolDeclaration | undefined)[],
  reporter: Reporter,
): Map<string, SymbolDeclaration> {
  const symbols = new Map<string, SymbolDeclaration>();
  for (const symbol of declarations) {
    if (!symbol) continue;
    declare(symbol, symbols, reporter);
  }
  return symbols;
}

function declare(symbol: SymbolDeclaration, symbols: Map<string, SymbolDeclaration>, reporter: Reporter): void {
  const name = symbol.name.name;
  const first = symbols.get(name);
  if (!first) symbols.set(name, symbol);
  else if (first !== symbol)
    reporter.report(
      "duplicate_declaration",
      nameSpan(symbol),
      { name },
      { related: [{ at: nameSpan(first), message: "first declared here" }] },
    );
}

function addImports(
  declaration: ImportDeclaration,
  from: FileScope | undefined,
  symbols: Map<string, SymbolDeclaration>,
  reporter: Reporter,
): void {
  if (!from) return;
  const exported = new Map([...from.symbols].filter(([, symbol]) => importable.has(symbol.kind)));
  for (const { name, span } of declaration.names) {
    const symbol = exported.get(name);
    const first = symbols.get(name);
    if (!symbol)
      reporter.report("not_exported", span, {
        name,
        path: declaration.from.value,
        nearest: nearest(name, exported.keys()),
        known: [...exported.keys()].join(", "),
      });
    else if (first && first !== symbol)
      reporter.report(
        "duplicate_declaration",
        span,
        { name },
        { related: [{ at: nameSpan(first), message: "first declared here" }] },
      );
    else symbols.set(name, symbol);
  }
}

let prelude: FileScope | undefined;

/**
 * The scope of the standard library, which is the same for every program. Each of its blocks is parsed once, when it is
 * first asked for, because most programs use few.
 */
export function preludeScope(): FileScope {
  prelude ??= {
    path: "prelude",
    symbols: new LazyMap(preludeBlocks.map((block) => [block.name, () => declarationOf(block)])),
  };
  return prelude;
}

/** Parses a block by itself. The text before it is blank, so that the spans are those of the whole file. */
function declarationOf({ name, path, start, end }: PreludeBlock): SymbolDeclaration {
  const text = preludeFiles.get(path)?.slice(start, end) ?? "";
  const [declaration] = parse(text.padStart(end), path).tree.declarations;
  const symbol = declaration && symbolOf(declaration);
  if (!symbol) throw new Error(`the standard library has no block "${name}"`);
  return symbol;
}
