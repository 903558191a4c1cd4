import type { Comment, Expression } from "../../grammar/ast.ts";

/** What is known while a file is printed. Comments are taken in the order of the text, each once. */
export interface PrintContext {
  readonly source: string | undefined;
  /** Takes the comments that begin before an offset and are still left. */
  takeComments(before: number): readonly Comment[];
  /** The text that an expression had, where it is known. */
  written(expression: Expression): string | undefined;
  /** Whether what stands at an offset is the first in braces, on a line of its own. */
  startsLine(offset: number): boolean;
  /** Whether a blank line stands in the text between two offsets. */
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
