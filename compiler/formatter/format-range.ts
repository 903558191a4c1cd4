import type { Comment, Declaration, SpecificationFile } from "../../grammar/ast.ts";
import { lex } from "../../grammar/lex.ts";
import { parse } from "../../grammar/parse.ts";
import { LeftBrace } from "../../grammar/tokens.ts";
import type { Range, Replacement } from "../edited-text.ts";
import { printSpecification } from "./print.ts";
import type { Layout } from "./print-context.ts";

interface Parsed {
  readonly text: string;
  readonly tree: SpecificationFile;
}

/**
 * Formats the whole declarations that a range touches, or the whole options or statements if the range is within the braces of one declaration. The text around them
 * stays as it is. Gives edits in the order of the text, and `undefined` for a text with syntax errors.
 */
export function formatRange(text: string, range: Range, layout?: Layout): readonly Replacement[] | undefined {
  const source = text.replaceAll("\r\n", "\n");
  const { tree, problems } = parse(source, "specification.mtl");
  if (problems.length > 0) return undefined;
  const formatted = printSpecification(tree, { source, ...(layout ? { layout } : {}) });
  const [before, after] = [
    { text: source, tree },
    { text: formatted, tree: parse(formatted, "specification.mtl").tree },
  ];
  const wanted = { start: offsetWithoutReturns(text, range.start), end: offsetWithoutReturns(text, range.end) };
  const enclosing = tree.declarations.findIndex((declaration) => {
    const open = openBrace(source, declaration);
    return open !== undefined && open < wanted.start && wanted.end < declaration.span.end;
  });
  const replacements = regionsOf(after, enclosing);
  const edits = regionsOf(before, enclosing).flatMap((region, index): readonly Replacement[] => {
    const replacement = replacements[index] ?? { start: 0, end: 0 };
    const part = formatted.slice(replacement.start, replacement.end);
    const isSame = part === source.slice(region.start, region.end);
    return isSame || !touches(wanted, region, source) ? [] : [{ ...region, text: part }];
  });
  return text === source ? edits : edits.map((edit) => withReturns(edit, text));
}

/**
 * The text as regions, one for each declaration, or for each member of one. A region begins where the one before ends, so that it has the comments above its
 * node, and ends with a comment behind its node.
 */
function regionsOf({ text, tree }: Parsed, enclosing: number): readonly Range[] {
  const declaration = tree.declarations[enclosing];
  const nodes = declaration ? membersOf(declaration) : tree.declarations;
  let start = (declaration && openBrace(text, declaration)) ?? (text.startsWith("\uFEFF") ? 1 : 0);
  return nodes.map(({ span }, index) => {
    const end = endBehind(span.end, nodes[index + 1]?.span.start ?? text.length, { text, comments: tree.comments });
    const region = { start, end };
    start = end;
    return region;
  });
}

/** End of the comment behind a node on its last line, or of the node. */
function endBehind(
  end: number,
  next: number,
  { text, comments }: { readonly text: string; readonly comments: readonly Comment[] },
): number {
  const line = text.indexOf("\n", end);
  const limit = Math.min(next, line < 0 ? text.length : line);
  return comments.find(({ span }) => span.start >= end && span.start < limit)?.span.end ?? end;
}

/** Tells if a range touches a region, the white space before its text left out. An empty range is a cursor. */
function touches(range: Range, region: Range, text: string): boolean {
  const part = text.slice(region.start, region.end);
  const start = region.start + part.length - part.trimStart().length;
  return range.start === range.end
    ? start <= range.start && range.start <= region.end
    : start < range.end && range.start < region.end;
}

/** The options or statements of a declaration. */
function membersOf(declaration: Declaration): readonly { readonly span: Range }[] {
  if (declaration.kind === "Block") return declaration.body;
  return "options" in declaration ? declaration.options : [];
}

/** Offset behind the brace before the members of a declaration, if there are members. */
function openBrace(text: string, declaration: Declaration): number | undefined {
  const [first] = membersOf(declaration);
  if (first === undefined) return undefined;
  const { tokens } = lex(text.slice(declaration.span.start, first.span.start));
  const brace = tokens.findLast(({ tokenType }) => tokenType === LeftBrace);
  return brace && declaration.span.start + brace.startOffset + 1;
}

// ---- line ends

function offsetWithoutReturns(text: string, offset: number): number {
  return text.slice(0, offset).replaceAll("\r\n", "\n").length;
}

/** An edit of a text whose lines end with a return and a line feed. */
function withReturns({ start, end, text }: Replacement, original: string): Replacement {
  return {
    start: offsetWithReturns(original, start),
    end: offsetWithReturns(original, end),
    text: text.replaceAll("\n", "\r\n"),
  };
}

function offsetWithReturns(original: string, offset: number): number {
  let [position, left] = [0, offset];
  for (const line of original.split("\r\n")) {
    if (left <= line.length) return position + left;
    position += line.length + 2;
    left -= line.length + 1;
  }
  return original.length;
}
