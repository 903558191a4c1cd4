import { builders, type builders as Builders } from "prettier/doc";
import type { Comment, Span } from "../../grammar/ast.ts";
import type { PrintContext } from "./print-context.ts";

const { hardline, join, lineSuffix, literalline } = builders;
type Doc = Builders.Doc;

interface Sequence<Item> {
  readonly print: (item: Item) => Doc;
  /**
   * Separation of two neighbours: `blank` is always a blank line, `as_written` keeps a blank line of the source, if
   * that is known.
   */
  readonly between: (a: Item, b: Item) => "blank" | "as_written";
  /** Written behind each item but the last. */
  readonly separator?: string;
}

/**
 * Prints declarations, statements or entries on lines of their own, with their comments: comments above an item and at
 * the end of its line stay there, comments inside an item move above it, and comments after the last item end the
 * sequence. `end` is the end of the sequence in the text.
 */
export function printSequence<Item extends { readonly span: Span; readonly doc?: string }>(
  items: readonly Item[],
  end: number,
  context: PrintContext,
  { print, between, separator = "" }: Sequence<Item>,
): Doc[] {
  const lines: Doc[] = [];
  let previous: Item | undefined;
  let previousEnd = 0;
  const add = (
    part: Doc,
    place: { readonly start: number; readonly end: number },
    separation: "blank" | "as_written",
  ): void => {
    if (lines.length > 0) {
      const blank = separation === "blank" || context.isBlankBetween(previousEnd, place.start);
      lines.push(hardline, ...(blank ? [hardline] : []));
    }
    lines.push(part);
    previousEnd = place.end;
  };

  for (const [index, item] of items.entries()) {
    const above = context.takeComments(item.span.start);
    const printed = isIgnored(above, context) ? asWritten(item, context) : print(item);
    const inside = context.takeComments(item.span.end);
    const behind = takeTrailing(item, items[index + 1]?.span.start ?? end, context);
    const isLast = index === items.length - 1;
    let separation = previous === undefined ? ("as_written" as const) : between(previous, item);
    for (const comment of above) {
      add(printComment(comment), comment.span, separation);
      separation = "as_written";
    }
    const doc = printDoc(item.doc);
    const text: Doc = [
      ...inside.flatMap((comment): Doc[] => [printComment(comment), hardline]),
      ...doc,
      printed,
      isLast ? "" : separator,
      ...behind.map(printBehind),
    ];
    add(text, { start: docStart(item, context), end: behind.at(-1)?.span.end ?? item.span.end }, separation);
    previous = item;
  }
  for (const comment of context.takeComments(end)) add(printComment(comment), comment.span, "as_written");
  return lines;
}

/** Tells if the last comment above an item asks to keep the item as it is written. */
function isIgnored(above: readonly Comment[], { source }: PrintContext): boolean {
  return source !== undefined && above.at(-1)?.text.trim() === "prettier-ignore";
}

/** The text of an item, with the comments in it. */
function asWritten({ span }: { readonly span: Span }, context: PrintContext): Doc {
  context.takeComments(span.end);
  const lines = (context.source ?? "").slice(span.start, span.end).split("\n");
  return join(literalline, lines);
}

/** Prints `///` lines. */
function printDoc(doc: string | undefined): readonly Doc[] {
  return doc === undefined
    ? []
    : doc.split("\n").flatMap((line): Doc[] => [line === "" ? "///" : `/// ${line}`, hardline]);
}

/** Offset where an item begins, including its documentation. */
function docStart({ span, doc }: { readonly span: Span; readonly doc?: string }, { source }: PrintContext): number {
  if (doc === undefined || source === undefined) return span.start;
  const above = /(?:^|\n)(?:[^\S\n]*\/\/\/[^\n]*\n)*[^\S\n]*$/.exec(source.slice(0, span.start));
  const start = above === null ? span.start : above.index + (above[0].startsWith("\n") ? 1 : 0);
  return Math.min(start, span.start);
}

/** The comment after an item on the same line. */
function takeTrailing(item: { readonly span: Span }, before: number, context: PrintContext): readonly Comment[] {
  if (context.source === undefined) return [];
  const lineEnd = context.source.indexOf("\n", item.span.end);
  return context.takeComments(Math.min(before, lineEnd < 0 ? before : lineEnd));
}

/** A comment at the end of a line. */
function printBehind(comment: Comment): Doc {
  return lineSuffix([" ", printComment(comment)]);
}

/** Prints the comments between two parts of an expression, and begins a line for the second one. `previousEnd` is where the first one ends. */
export function printBetween(previousEnd: number, start: number, context: PrintContext): readonly Doc[] {
  return [
    ...context.takeComments(start).map((comment, index): Doc => {
      const { start } = comment.span;
      const isBehind = index === 0 && start >= previousEnd && !context.isBrokenBetween(previousEnd, start);
      return isBehind ? printBehind(comment) : [hardline, printComment(comment)];
    }),
    hardline,
  ];
}

function printComment({ text }: Comment): Doc {
  return `//${text.trimEnd()}`;
}
