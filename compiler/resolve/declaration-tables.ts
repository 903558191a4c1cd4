import type { Declaration } from "../../grammar/ast.ts";
import type { LoadedFile } from "../bind/load.ts";
import type { FileScope, Names, SymbolDeclaration } from "../bind/symbols.ts";
import { ReferenceTable } from "./reference-table.ts";
import { type FileSurroundings, resolveDeclaration } from "./resolve-declaration.ts";

/** The references of a file's declarations, each in a table of its own. */
export interface DeclarationTables {
  /** The table of the declaration that an offset is in; `undefined` before the first. */
  at(offset: number): ReferenceTable | undefined;
  readonly all: readonly ReferenceTable[];
}

/** Resolves the names of a file, or uses what an earlier compilation resolved in declarations that mean the same. */
export function declarationTables(
  { tree: { declarations }, imports }: LoadedFile,
  surroundings: Omit<FileSurroundings, "imports">,
  prelude: FileScope,
): DeclarationTables {
  const all = declarations.map((declaration) => tableOf(declaration, { ...surroundings, imports }, prelude));
  return {
    all,
    at: (offset) => {
      let [low, high] = [0, declarations.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((declarations[middle]?.span.start ?? 0) <= offset) low = middle + 1;
        else high = middle;
      }
      return all[low - 1];
    },
  };
}

interface Kept {
  readonly table: ReferenceTable;
  readonly file: FileScope;
  /** The names that were looked up in the entry, with their meanings there. */
  readonly asked: ReadonlyMap<string, SymbolDeclaration | undefined>;
}

const kept = new WeakMap<Declaration, Kept>();

/**
 * The references of a declaration. They follow from its text, the scope of its file and what the entry says of the names that it looks up
 * there; an import also depends on which files there are, and is resolved each time.
 */
function tableOf(declaration: Declaration, surroundings: FileSurroundings, prelude: FileScope): ReferenceTable {
  const { file, entry } = surroundings;
  const known = kept.get(declaration);
  if (known?.file === file && [...known.asked].every(([name, meaning]) => entry.get(name) === meaning))
    return known.table;
  const table = new ReferenceTable(prelude);
  const asked = new Map<string, SymbolDeclaration | undefined>();
  const recorded: Names = {
    get: (name) => {
      const meaning = entry.get(name);
      asked.set(name, meaning);
      return meaning;
    },
  };
  resolveDeclaration(table, declaration, { ...surroundings, entry: recorded });
  if (declaration.kind !== "Import") kept.set(declaration, { table, file, asked });
  return table;
}
