import type { Workspace } from "../workspace.ts";
import { applyFix } from "./apply-fix.ts";
import type { CodeAction, CodeActionKind, CodeActionSource } from "./code-action.ts";
import { extractStream } from "./extract-stream.ts";
import { selectionOf } from "./selection.ts";

/** All kinds of changes, in the order in which an editor lists them. */
export const codeActionSources: readonly CodeActionSource[] = [applyFix, extractStream];

export interface FoundCodeAction extends CodeAction {
  readonly source: string;
  readonly kind: CodeActionKind;
}

/** The actions for a part of a text, of the kinds that are asked for: `refactor` includes `refactor.extract`. */
export function codeActionsAt(
  workspace: Workspace,
  path: string,
  { start, end, only }: { readonly start: number; readonly end: number; readonly only?: readonly string[] },
): readonly FoundCodeAction[] {
  const selection = selectionOf(workspace, path, start, end);
  if (!selection) return [];
  return codeActionSources
    .filter(({ kind }) => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`)))
    .flatMap(({ name, kind, find }) => find(selection).map((action) => ({ ...action, source: name, kind })));
}
