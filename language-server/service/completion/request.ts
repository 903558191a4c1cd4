import type { Declaration } from "../../../grammar/ast.ts";
import type { Surroundings } from "../../../grammar/surroundings.ts";
import type { SymbolDeclaration } from "../../../compiler/bind/symbols.ts";
import type { Analysis, Workspace } from "../workspace.ts";
import type { Names } from "./callee.ts";
import type { Draft, Edit } from "./completion-item.ts";
import type { Slot } from "./slot.ts";

/** A position at which a list of items is asked for. */
export interface CompletionRequest {
  readonly workspace: Workspace;
  readonly analysis: Analysis;
  readonly surroundings: Surroundings;
  readonly slot: Slot;
  readonly names: Names;
  /** The word up to the position. */
  readonly word: string;
  /** The declaration that the position is in. */
  readonly declaration: Declaration | undefined;
  /** Defined if the position is in a string: the span between its quotes, and its text up to the position. */
  readonly string?: Pick<Edit, "start" | "end"> & { readonly before: string };
}

/** Gives the items of one kind for a position, if such items fit there. */
export type Source = (request: CompletionRequest) => readonly Draft[];

/** The declarations that the file sees, its own and imported ones. */
export function symbolsSeen({ names }: Pick<CompletionRequest, "names">): readonly SymbolDeclaration[] {
  return [...names.scope.file.symbols.values()];
}

/** The names of the declarations of a kind that options may refer to. */
export function namesDeclared(request: Pick<CompletionRequest, "names">, of: string): readonly string[] {
  return symbolsSeen(request)
    .filter(({ kind }) => kind.toLowerCase() === of)
    .map(({ name }) => name.name);
}
