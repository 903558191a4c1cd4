import type { SpecificationFile } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { lineEdits } from "./line-edits.ts";
import { type TextEdit, editedText } from "./text-edit.ts";
import type { Workspace } from "./workspace.ts";

/** Edits of lines, or the reason why there are none. */
export interface Formatting {
  readonly edits: readonly TextEdit[];
  readonly refusal?: string;
}

/** The edits that give a file the layout of `mtl fmt`. It needs the text alone, and refuses one with syntax errors. */
export function formatting(workspace: Workspace, path: string): Formatting {
  const text = workspace.textOf(path);
  const parsed = workspace.parsed(path);
  if (text === undefined || !parsed) return { edits: [], refusal: `There is no ${path}.` };
  const [problem] = parsed.problems;
  if (problem) {
    const line = text.slice(0, problem.span.start).split("\n").length;
    return { edits: [], refusal: `${path} is not formatted: it has a syntax error in line ${line}.` };
  }
  return { edits: lineEdits(path, text, formatted(text, path)) };
}

/** The layout has line feeds; a text with CRLF keeps them. */
function formatted(text: string, path: string): string {
  const plain = text.replaceAll("\r\n", "\n");
  const { tree } = parse(plain, path);
  const printed = printSpecification(tree, { source: plain });
  return text.includes("\r\n") ? printed.replaceAll("\n", "\r\n") : printed;
}

/** The edits of `formatting` that touch the declarations between two offsets. */
export function rangeFormatting(workspace: Workspace, path: string, start: number, end: number): Formatting {
  const { edits, refusal } = formatting(workspace, path);
  const tree = workspace.parsed(path)?.tree;
  if (!tree || refusal !== undefined) return { edits, ...(refusal === undefined ? {} : { refusal }) };
  const range = wholeDeclarations(tree, start, end);
  return kept(
    workspace,
    path,
    edits.filter(({ at }) => at.start <= range.end && range.start <= at.end),
  );
}

/**
 * The edits after `}` or the end of a line was typed at an offset: those of the declaration that ends there, above the line of the cursor or
 * on it, where the brace was typed. Lines below stay as they are.
 */
export function formattingAfter(workspace: Workspace, path: string, offset: number, typed: string): Formatting {
  const { edits, refusal } = formatting(workspace, path);
  const tree = workspace.parsed(path)?.tree;
  const text = workspace.textOf(path) ?? "";
  const declaration = tree?.declarations.findLast(({ span }) => span.end <= offset);
  // A text with a syntax error is mostly not yet written to its end, which need not be logged.
  if (!tree || !declaration || refusal !== undefined) return { edits: [] };
  // An end of a line formats a declaration that it ends, and no other before it.
  if (text.slice(declaration.span.end, offset).trim() !== "") return { edits: [] };
  const from = wholeDeclarations(tree, declaration.span.start, declaration.span.end).start;
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  const end = typed === "}" ? lineAfter(text, offset) : line;
  return kept(
    workspace,
    path,
    edits.filter(({ at }) => from <= at.end && at.end <= end),
  );
}

function lineAfter(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

/** The declarations that a range touches, with the comments above them. */
function wholeDeclarations({ declarations, span }: SpecificationFile, start: number, end: number) {
  const touched = declarations.filter((each) => each.span.start <= end && start <= each.span.end);
  const [first, last] = [touched[0], touched.at(-1)];
  if (!first || !last) return { start, end };
  const above = declarations[declarations.indexOf(first) - 1]?.span.end ?? span.start;
  return { start: Math.min(start, above + 1), end: Math.max(end, last.span.end) };
}

/** A part of the edits is only made if it leaves the same declarations. */
function kept(workspace: Workspace, path: string, edits: readonly TextEdit[]): Formatting {
  const text = workspace.textOf(path) ?? "";
  const { tree, problems } = parse(editedText(text, edits), path);
  const isSound =
    problems.length === 0 && tree.declarations.length === workspace.parsed(path)?.tree.declarations.length;
  return isSound ? { edits } : { edits: [], refusal: `${path} can only be formatted as a whole.` };
}
