import { parse } from "../../grammar/parse.ts";
import { formatRange } from "../../compiler/formatter/format-range.ts";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { lineEdits } from "./line-edits.ts";
import type { TextEdit } from "./text-edit.ts";
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

/** The edits of the declarations that a range touches, or of the options and statements that it touches within one of them. */
export function rangeFormatting(workspace: Workspace, path: string, start: number, end: number): Formatting {
  const text = workspace.textOf(path) ?? "";
  const regions = formatRange(text, { start, end });
  // A text that is refused has the reason of the whole.
  if (!regions) return formatting(workspace, path);
  const edits = regions.flatMap((region) =>
    lineEdits(path, text.slice(region.start, region.end), region.text).map(({ at, text: inserted }) => ({
      at: { file: path, start: at.start + region.start, end: at.end + region.start },
      text: inserted,
    })),
  );
  return { edits };
}

/**
 * The edits after `}` or the end of a line was typed at an offset: those of the declaration that ends there, above the line of the cursor or
 * on it, where the brace was typed. Lines below stay as they are.
 */
export function formattingAfter(workspace: Workspace, path: string, offset: number, typed: string): Formatting {
  const text = workspace.textOf(path) ?? "";
  const declaration = workspace.parsed(path)?.tree.declarations.findLast(({ span }) => span.end <= offset);
  // An end of a line formats a declaration that it ends, and no other before it.
  if (!declaration || text.slice(declaration.span.end, offset).trim() !== "") return { edits: [] };
  const { edits } = rangeFormatting(workspace, path, declaration.span.start, declaration.span.end);
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  const last = typed === "}" ? endOfLine(text, offset) : line;
  // A text with a syntax error is mostly not yet written to its end, which need not be logged.
  return { edits: edits.filter(({ at }) => at.end <= last) };
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}
