import type { SpecificationFile, Span } from "./ast.ts";

/** A problem that the lexer or parser found: plain data, which the compiler turns into a diagnostic. */
export type SyntaxProblem =
  | { readonly kind: "unexpected_character"; readonly span: Span; readonly character: string }
  | { readonly kind: "unterminated_string"; readonly span: Span }
  | { readonly kind: "malformed_number"; readonly span: Span; readonly text: string }
  | { readonly kind: "unexpected_token"; readonly span: Span; readonly found: string; readonly expected: string }
  | { readonly kind: "unclosed"; readonly span: Span; readonly opener: string; readonly openedAt: Span }
  | { readonly kind: "chained_comparison"; readonly span: Span };

export interface ParseResult {
  readonly tree: SpecificationFile;
  readonly problems: readonly SyntaxProblem[];
}

/** Never throws: any text gives a tree and the problems found. */
export function parse(_text: string, _file: string): ParseResult {
  throw new Error("not written yet");
}
