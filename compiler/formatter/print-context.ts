import type { Comment, Expression } from "../../grammar/ast.ts";

/** State of printing a file. Comments are taken in the order of the text, each once. */
export interface PrintContext {
  readonly source: string | undefined;
  /** Takes the remaining comments that begin before an offset. */
  takeComments(before: number): readonly Comment[];
  /** Text of an expression, if it is known. */
  written(expression: Expression): string | undefined;
  /** True if the text at an offset comes first within braces, on a line of its own. */
  startsLine(offset: number): boolean;
  /** True if there is a blank line between two offsets of the text. */
  isBlankBetween(start: number, end: number): boolean;
}

export function createContext(comments: readonly Comment[], source: string | undefined): PrintContext {
  let next = 0;
  return {
    source,
    takeComments(before) {
      const first = next;
      while ((comments[next]?.span.start ?? Infinity) < before) next += 1;
      return comments.slice(first, next);
    },
    written: ({ span }) => source?.slice(span.start, span.end),
    startsLine: (offset) => /\{[^\S\n]*\n\s*$/.test(source?.slice(Math.max(0, offset - 100), offset) ?? ""),
    isBlankBetween: (start, end) => /\n[^\S\n]*\r?\n/.test(source?.slice(start, end) ?? ""),
  };
}
