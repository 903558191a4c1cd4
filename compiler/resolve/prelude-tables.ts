import type { Span } from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import { LazyMap } from "../lazy-map.ts";
import { prelude as preludeTexts, preludeBlocks } from "../prelude/prelude.ts";
import { ReferenceTable } from "./reference-table.ts";
import { resolveDeclaration } from "./resolve-declaration.ts";

/** The references of the standard library, block by block. */
export interface PreludeTables {
  /** The references of the block that a position is in; `undefined` outside of the standard library. */
  at(span: Span): ReferenceTable | undefined;
  all(): readonly ReferenceTable[];
}

const known = new WeakMap<FileScope, PreludeTables>();

/**
 * The references of the standard library, which are the same for every specification. The names of a block are resolved
 * once, when they are first asked for, because most specifications use few blocks.
 */
export function preludeTables(prelude: FileScope): PreludeTables {
  const made = known.get(prelude) ?? makePreludeTables(prelude);
  known.set(prelude, made);
  return made;
}

function makePreludeTables(prelude: FileScope): PreludeTables {
  const tableOf = (name: string): ReferenceTable => {
    const table = new ReferenceTable(prelude);
    const block = prelude.symbols.get(name);
    if (block) resolveDeclaration(table, block, { file: prelude, entry: prelude.symbols, imports: new Map() });
    return table;
  };
  const tables = new LazyMap(preludeBlocks.map((block) => [block, () => tableOf(block.name)]));
  const byPath = new Map(
    [...preludeTexts.keys()].map((path) => [path, preludeBlocks.filter((each) => each.path === path)]),
  );
  return {
    at: ({ file, start }) => {
      const block = byPath.get(file)?.findLast((each) => each.start <= start);
      return block && tables.get(block);
    },
    all: () => [...tables.values()],
  };
}
