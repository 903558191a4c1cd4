import { parse } from "../../grammar/parse.ts";

/**
 * The comments of a text, sorted, each with the index of its declaration: that which it is in or above of, or behind of on the last line. Comments below
 * all declarations have the number of declarations.
 */
export function ownersOfComments(text: string): readonly string[] {
  const { comments, declarations } = parse(text, "a.mtl").tree;
  return comments
    .map((comment) => {
      const { start } = comment.span;
      const ended = declarations.filter(({ span }) => span.end <= start);
      const isInside = declarations.some(({ span }) => span.start <= start && start < span.end);
      const isBehind = ended.length > 0 && !isInside && !text.slice(ended.at(-1)?.span.end, start).includes("\n");
      return `${ended.length - (isBehind ? 1 : 0)}: ${comment.text.trim()}`;
    })
    .toSorted();
}
