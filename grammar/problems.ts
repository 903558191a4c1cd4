import type { Span } from "./ast.ts";

/** A problem that the lexer or parser found: plain data, which the compiler turns into a diagnostic. */
export type SyntaxProblem =
  | { readonly kind: "unexpected_character"; readonly span: Span; readonly character: string }
  | { readonly kind: "unterminated_string"; readonly span: Span }
  /** A backslash before anything but `"`, `\`, `n` and `t`. */
  | { readonly kind: "unknown_escape"; readonly span: Span; readonly escape: string }
  | { readonly kind: "malformed_number"; readonly span: Span; readonly text: string }
  | { readonly kind: "unexpected_token"; readonly span: Span; readonly found: string; readonly expected: string }
  /** The empty span stands where the comma belongs. */
  | { readonly kind: "missing_comma"; readonly span: Span }
  | { readonly kind: "unclosed"; readonly span: Span; readonly opener: string; readonly openedAt: Span }
  | { readonly kind: "chained_comparison"; readonly span: Span }
  /** `int in …` without a range such as `1..8`. */
  | { readonly kind: "range_expected"; readonly span: Span }
  /** Brackets or operators nest so deeply that nothing sensible can be meant. What follows is not read. */
  | { readonly kind: "nested_too_deeply"; readonly span: Span };
