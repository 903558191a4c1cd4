import type { Declaration } from "../../grammar/ast.ts";
import { type Token, lex } from "../../grammar/lex.ts";
import { openerOf, openers } from "../../grammar/tokens.ts";
import { createLineTable } from "../../compiler/diagnostics/line-table.ts";
import type { Workspace } from "./workspace.ts";

/** Lines that can be folded, counted from 0; the first line stays visible. */
export interface Fold {
  readonly first: number;
  readonly last: number;
  readonly kind?: "comment" | "imports";
}

/** Brackets, declarations, comments and imports that have several lines, also where the text has mistakes. */
export function foldsOf(workspace: Workspace, path: string): readonly Fold[] {
  const text = workspace.textOf(path) ?? "";
  const lines = createLineTable(text);
  const lineOf = (offset: number): number => lines.positionAt(offset).line - 1;
  const { tokens, comments } = lex(text);
  const declarations = workspace.parsed(path)?.tree.declarations ?? [];
  const folds = [
    ...bracketFolds(tokens, lineOf),
    ...declarations.flatMap(({ span: { start, end } }) => {
      // The line of a closing bracket stays visible.
      const closes = /^[)\]}\s]+$/u.test(lines.lineText(lineOf(end) + 1).trim());
      return closes ? [] : [{ first: lineOf(start), last: lineOf(end) }];
    }),
    ...importFolds(declarations, lineOf),
    ...commentFolds(comments, text, lineOf),
  ].filter(({ first, last }) => first < last);
  const byLine = new Map<number, Fold>();
  for (const fold of folds) {
    const known = byLine.get(fold.first);
    if (!known || known.last < fold.last) byLine.set(fold.first, fold);
  }
  return [...byLine.values()].toSorted((one, other) => one.first - other.first);
}

type LineOf = (offset: number) => number;

function bracketFolds(tokens: readonly Token[], lineOf: LineOf): readonly Fold[] {
  const open: Token[] = [];
  const folds: Fold[] = [];
  for (const token of tokens) {
    const opener = openerOf.get(token.tokenType);
    if (openers.has(token.tokenType)) open.push(token);
    else if (opener && open.at(-1)?.tokenType === opener)
      folds.push({ first: lineOf(open.pop()?.startOffset ?? 0), last: lineOf(token.startOffset) - 1 });
  }
  return folds;
}

function importFolds(declarations: readonly Declaration[], lineOf: LineOf): readonly Fold[] {
  const imports = declarations.filter(({ kind }) => kind === "Import");
  const [first, last] = [imports[0], imports.at(-1)];
  return first && last ? [{ first: lineOf(first.span.start), last: lineOf(last.span.end), kind: "imports" }] : [];
}

/** Comments on lines of their own that follow each other. */
function commentFolds(comments: readonly Token[], text: string, lineOf: LineOf): readonly Fold[] {
  const alone = comments
    .filter(({ startOffset }) => text.slice(text.lastIndexOf("\n", startOffset - 1) + 1, startOffset).trim() === "")
    .map(({ startOffset }) => lineOf(startOffset));
  const folds: { first: number; last: number; kind: "comment" }[] = [];
  for (const line of alone) {
    const before = folds.at(-1);
    if (before && before.last === line - 1) before.last = line;
    else folds.push({ first: line, last: line, kind: "comment" });
  }
  return folds;
}
