import type { Expression, Node, Span } from "../../../grammar/ast.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { TextEdit } from "../text-edit.ts";
import type { Analysis, Workspace } from "../workspace.ts";

/** The kinds by which an editor groups actions; they are those of the Language Server Protocol. */
export type CodeActionKind =
  | "quickfix"
  | "refactor.extract"
  | "refactor.inline"
  | "refactor.rewrite"
  | "refactor.move"
  | "source.fixAll"
  | "source.organizeImports";

/** A change of one or more files that a user can choose. */
export interface CodeAction {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The mistake that the change mends. */
  readonly mends?: Diagnostic;
  /** True if it is certainly what was meant. */
  readonly isPreferred?: true;
  /** A part of the text after the edits to which the cursor goes: a name that the user will want to change. */
  readonly renames?: Span;
}

/** The part of a text for which actions are wanted: a selection, or a cursor. */
export interface Selection {
  readonly workspace: Workspace;
  readonly analysis: Analysis;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** The nodes around the selection, the whole file first and the innermost node last. */
  readonly nodes: readonly Node[];
  /** The expression that is selected: what is selected exactly, but for white space, or the innermost expression at a cursor. */
  readonly expression: Expression | undefined;
  /** The diagnostics that touch the selection. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One kind of change. Each is a file in this folder, with fixtures in `test/language-server/code-actions/`. */
export interface CodeActionSource {
  readonly name: string;
  readonly kind: CodeActionKind;
  readonly find: (selection: Selection) => readonly CodeAction[];
}
