import { builders, type builders as Builders } from "prettier/doc";
import type { Span } from "../../grammar/ast.ts";
import { printSequence } from "./comments.ts";
import type { PrintContext } from "./print-context.ts";

const { group, hardline, indent, join, line, softline } = builders;
type Doc = Builders.Doc;

/** Prints items between brackets, on one line or with one item per line. */
export function bracketed(open: string, items: readonly Doc[], close: string): Doc {
  return items.length === 0
    ? [open, close]
    : group([open, indent([softline, join([",", line], [...items])]), softline, close]);
}

/** The part of a text that the items of a list and their comments are in. */
export interface Within {
  readonly start: number;
  readonly end: number;
}

/** The part from an offset before an opening parenthesis to the closing one. */
export function inParentheses(items: readonly { readonly span: Span }[], start: number, context: PrintContext): Within {
  return { start, end: context.closingParenthesis(items.at(-1)?.span.end ?? start) };
}

interface Items<Item> {
  readonly items: readonly Item[];
  readonly brackets: readonly [open: string, close: string];
  readonly within: Within;
  readonly print: (item: Item) => Doc;
}

/** Prints items between brackets. Items with comments have lines of their own, on which the comments stay. */
export function printItems<Item extends { readonly span: Span }>(
  { items, brackets: [open, close], within, print }: Items<Item>,
  context: PrintContext,
): Doc {
  if (items.length === 0 || !context.hasComment(within.start, within.end))
    return bracketed(
      open,
      items.map((item) => print(item)),
      close,
    );
  const lines = printSequence(items, within.end, context, { print, between: () => "as_written", separator: "," });
  return [open, indent([hardline, lines]), hardline, close];
}
