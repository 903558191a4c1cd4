import { builders, type builders as Builders } from "prettier/doc";
import type { Comment, Span } from "../../grammar/ast.ts";
import type { PrintContext } from "./print-context.ts";

const { hardline, lineSuffix } = builders;
type Doc = Builders.Doc;

interface Sequence<Item> {
  readonly print: (item: Item) => Doc;
  /** Whether a blank line parts two neighbours; `as_written` where the source knows, and otherwise not. */
  readonly between: (a: Item, b: Item) => "blank" | "as_written";
}

/**
 * Declarations, statements or entries on lines of their own, with the comments around them: those above stay above, one at the end of a line
 * stays there, those inside an item move above it, and those behind the last item end the sequence. `end` is where it ends in the text.
 */
export function printSequence<Item extends { readonly span: Span; readonly doc?: string }>(
  items: readonly Item[],
  end: number,
  context: PrintContext,
  { print, between }: Sequence<Item>,
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
    const printed = print(item);
    const inside = context.takeComments(item.span.end);
    const behind = takeTrailing(item, items[index + 1]?.span.start ?? end, context);
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
      ...behind.map((comment) => lineSuffix([" ", printComment(comment)])),
    ];
    add(text, { start: docStart(item, context), end: behind.at(-1)?.span.end ?? item.span.end }, separation);
    previous = item;
  }
  for (const comment of context.takeComments(end)) add(printComment(comment), comment.span, "as_written");
  return lines;
}

/** `///` lines. */
function printDoc(doc: string | undefined): readonly Doc[] {
  return doc === undefined
    ? []
    : doc.split("\n").flatMap((line): Doc[] => [line === "" ? "///" : `/// ${line}`, hardline]);
}

/** Where an item with its documentation begins in the text. */
function docStart({ span, doc }: { readonly span: Span; readonly doc?: string }, { source }: PrintContext): number {
  if (doc === undefined || source === undefined) return span.start;
  const above = /(?:^|\n)(?:[^\S\n]*\/\/\/[^\n]*\n)*[^\S\n]*$/.exec(source.slice(0, span.start));
  const start = above === null ? span.start : above.index + (above[0].startsWith("\n") ? 1 : 0);
  return Math.min(start, span.start);
}

/** The comment behind an item on its line. */
function takeTrailing(item: { readonly span: Span }, before: number, context: PrintContext): readonly Comment[] {
  if (context.source === undefined) return [];
  const lineEnd = context.source.indexOf("\n", item.span.end);
  return context.takeComments(Math.min(before, lineEnd < 0 ? before : lineEnd));
}

function printComment({ text }: Comment): Doc {
  return `//${text.trimEnd()}`;
}
