import type { CstElement, CstNode, IToken } from "chevrotain";
import type { Identifier, Span, Statement, StringExpression } from "./ast.ts";
import { extent, tokensOf } from "./cst.ts";
import type { SyntaxProblem } from "./problems.ts";
import { Comma } from "./tokens.ts";

/** State that all parts of the tree builder share. */
export interface BuildContext {
  readonly file: string;
  report(problem: SyntaxProblem): void;
  /** The documentation directly above the token at an offset; each owner takes it once. */
  takeDoc(offset: number): string | undefined;
  /**
   * Builds the body of a `repeat`. It is passed in because statements contain expressions and this expression contains
   * statements.
   */
  bodyOf(statements: CstNode | undefined, context: BuildContext): readonly Statement[];
}

export function spanOf(part: CstElement, context: BuildContext): Span {
  const { start, end } = extent(part) ?? { start: 0, end: 0 };
  return { file: context.file, start, end };
}

/** The empty span at the end of a node, where something is missing. */
export function endOf(part: CstElement, context: BuildContext): Span {
  const { end } = spanOf(part, context);
  return { file: context.file, start: end, end };
}

export function identifierOf(name: IToken | undefined, context: BuildContext): Identifier | undefined {
  return name && { kind: "Identifier", span: spanOf(name, context), name: name.image };
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["n", "\n"],
  ["t", "\t"],
]);

const allowedEscapes = '`\\"`, `\\\\`, `\\n` or `\\t`';

export function stringOf(literal: IToken | undefined, context: BuildContext): StringExpression | undefined {
  if (literal === undefined) return undefined;
  const span = spanOf(literal, context);
  const inner = literal.tokenType.name === "UnterminatedString" ? literal.image.slice(1) : literal.image.slice(1, -1);
  const value = inner.replace(/\\([^])/gu, (escape: string, escaped: string, at: number) => {
    const character = escapes.get(escaped);
    if (character !== undefined) return character;
    const start = span.start + 1 + at;
    const place = { file: context.file, start, end: start + escape.length };
    context.report({ kind: "unexpected_token", span: place, found: `\`${escape}\``, expected: allowedEscapes });
    return escaped;
  });
  return { kind: "String", span, value };
}

/** Reports the first missing comma between two neighbours of a list that needs them. */
export function requireCommas(list: CstNode, items: readonly CstElement[], context: BuildContext): void {
  const commas = tokensOf(list, Comma).map((comma) => comma.startOffset);
  let next = 0;
  for (const [index, item] of items.entries()) {
    const before = items[index - 1];
    if (before === undefined) continue;
    const { start } = spanOf(item, context);
    const { end } = spanOf(before, context);
    while ((commas[next] ?? Infinity) < end) next += 1;
    if ((commas[next] ?? Infinity) < start) continue;
    const span = { file: context.file, start: end, end };
    context.report({ kind: "unexpected_token", span, found: "another item", expected: "`,`" });
  }
}

/** Omits a key instead of setting it to `undefined`, as the types of the tree require. */
export function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}

export type Build<Result> = (cst: CstNode, context: BuildContext) => Result;
