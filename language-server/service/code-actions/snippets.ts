import type { Node, Span } from "../../../grammar/ast.ts";
import type { TextEdit } from "../text-edit.ts";
import type { Selection } from "./code-action.ts";

export function textOf({ analysis }: Pick<Selection, "analysis">, { span }: Pick<Node, "span">): string {
  return analysis.text.slice(span.start, span.end);
}

export function replaced(at: Span, text: string): TextEdit {
  return { at, text };
}

export function inserted(file: string, offset: number, text: string): TextEdit {
  return { at: { file, start: offset, end: offset }, text };
}

/** A declaration on lines of its own at the end of the file. */
export function appended({ analysis, path }: Selection, text: string): TextEdit {
  const end = analysis.text.trimEnd().length;
  return replaced({ file: path, start: end, end: analysis.text.length }, `${end === 0 ? "" : "\n\n"}${text}\n`);
}

/** The span of a declaration with its documentation and the lines that it alone is on, so that removing it leaves no empty line behind. */
export function wholeLines({ analysis: { text } }: Pick<Selection, "analysis">, span: Span): Span {
  let start = text.lastIndexOf("\n", span.start - 1) + 1;
  if (text.slice(start, span.start).trim() !== "") return span;
  for (;;) {
    const above = text.lastIndexOf("\n", start - 2) + 1;
    if (start === 0 || !text.slice(above, start).trimStart().startsWith("///")) break;
    start = above;
  }
  const line = text.indexOf("\n", span.end);
  let end = line < 0 ? text.length : line + 1;
  if (text.slice(span.end, end).trim() !== "") return { ...span, start };
  // One of the empty lines around it goes with it.
  const isAfterEmpty = start === 0 || text.slice(0, start).endsWith("\n\n");
  if (isAfterEmpty && text.slice(end).startsWith("\n")) end += 1;
  return { ...span, start, end };
}

/** An expression as an operand: in parentheses where its operator would bind less than what is around it. */
export function asOperand(selection: Pick<Selection, "analysis">, node: Node): string {
  const text = textOf(selection, node);
  return node.kind === "Pipe" || node.kind === "Binary" || node.kind === "If" || node.kind === "Unary"
    ? `(${text})`
    : text;
}
