import { type builders as Builders, printer } from "prettier/doc";
import type { Comment, Expression } from "../../grammar/ast.ts";

/** State of printing a file. Comments are taken in the order of the text, each once. */
export interface PrintContext {
  readonly source: string | undefined;
  /** Takes the remaining comments that begin before an offset. */
  takeComments(before: number): readonly Comment[];
  /** True if a remaining comment begins between two offsets. */
  hasComment(start: number, end: number): boolean;
  /** Text of an expression, if it is known. */
  written(expression: Expression): string | undefined;
  /** True if a document is hardly shorter than a line. */
  isLong(doc: Builders.Doc): boolean;
  /** Offset behind the first closing parenthesis from an offset on that is not in a comment. */
  closingParenthesis(offset: number): number;
  /** Offset behind the closing parentheses that follow an offset. */
  behindParentheses(offset: number): number;
  /** True if the text at an offset comes first within braces, on a line of its own that may have comments above it. */
  startsLine(offset: number): boolean;
  /** True if the text has a line break between two offsets. */
  isBrokenBetween(start: number, end: number): boolean;
  /** True if there is a blank line between two offsets of the text. */
  isBlankBetween(start: number, end: number): boolean;
}

export interface Layout {
  readonly printWidth: number;
  readonly tabWidth: number;
  readonly useTabs?: boolean;
}

export function createContext(comments: readonly Comment[], source: string | undefined, layout: Layout): PrintContext {
  let next = 0;
  return {
    source,
    takeComments(before) {
      const first = next;
      while ((comments[next]?.span.start ?? Infinity) < before) next += 1;
      return comments.slice(first, next);
    },
    hasComment(start, end) {
      let index = next;
      while ((comments[index]?.span.start ?? Infinity) < start) index += 1;
      return (comments[index]?.span.start ?? Infinity) < end;
    },
    written: ({ span }) => source?.slice(span.start, span.end),
    isLong(doc) {
      const { formatted } = printer.printDocToString(doc, { ...layout, printWidth: Infinity });
      return formatted.length > layout.printWidth - 4 * layout.tabWidth;
    },
    closingParenthesis(offset) {
      const upToParenthesis = /(?:[^/)]|\/\/[^\n]*|\/(?!\/))*\)/y;
      upToParenthesis.lastIndex = offset;
      return source !== undefined && upToParenthesis.test(source) ? upToParenthesis.lastIndex : offset;
    },
    behindParentheses(offset) {
      const parentheses = /(?:\s*\))*/y;
      parentheses.lastIndex = offset;
      return offset + (parentheses.exec(source ?? "")?.[0].length ?? 0);
    },
    startsLine: (offset) => startsLine(source ?? "", offset),
    isBrokenBetween: (start, end) => source?.slice(start, end).includes("\n") ?? false,
    isBlankBetween: (start, end) => /\n[^\S\n]*\r?\n/.test(source?.slice(start, end) ?? ""),
  };
}

function startsLine(source: string, offset: number): boolean {
  let end = offset;
  for (;;) {
    const start = source.lastIndexOf("\n", end - 1);
    const line = source.slice(start + 1, end).trim();
    const isCode = line !== "" && !line.startsWith("//");
    if (isCode) return end < offset && /\{\s*(?:\/\/.*)?$/.test(line);
    if (start < 0) return false;
    end = start;
  }
}
