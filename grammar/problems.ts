import type { IRecognitionException, IToken, TokenType } from "chevrotain";
import { EOF } from "./chevrotain.ts";
import type { Span } from "./ast.ts";
import { expectedAtTop, openerExpectedToClose } from "./expectation.ts";
import type { Lexed } from "./lex.ts";
import { declarationHeads, heads, Identifier, openerOf, openers, SingleQuoted, UnterminatedString } from "./tokens.ts";

/** A problem that the lexer or parser found, as plain data that the compiler turns into a diagnostic. */
export type SyntaxProblem =
  | { readonly kind: "unexpected_character"; readonly span: Span; readonly character: string }
  | { readonly kind: "unterminated_string"; readonly span: Span }
  | { readonly kind: "malformed_number"; readonly span: Span; readonly text: string }
  /** Both are phrases: `` `x` ``, "the end of the file"; "an expression", "`,`". Empty if something is missing. */
  | { readonly kind: "unexpected_token"; readonly span: Span; readonly found: string; readonly expected: string }
  /** The span is that of the token at which the missing bracket shows. */
  | { readonly kind: "unclosed"; readonly span: Span; readonly opener: string; readonly openedAt: Span }
  | { readonly kind: "long_name"; readonly span: Span; readonly most: number }
  | { readonly kind: "chained_comparison"; readonly span: Span };

/** Names of weights are composed of many names. */
const MOST_LETTERS = 200;

/** Problems before parsing: characters without a meaning, strings without an end, and excessive nesting. */
export function lexicalProblems(
  text: string,
  { tokens, strays }: Lexed,
  cuts: readonly IToken[],
  file: string,
): readonly SyntaxProblem[] {
  return [
    ...strays.map(({ start, end }): SyntaxProblem => {
      const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
      return { kind: "unexpected_character", span: { file, start, end }, character };
    }),
    ...tokens
      .filter(({ tokenType }) => tokenType === UnterminatedString)
      .map((token): SyntaxProblem => ({ kind: "unterminated_string", span: spanOfToken(token, file) })),
    ...tokens
      .filter(({ tokenType, image }) => tokenType === Identifier && image.length > MOST_LETTERS)
      .map((token): SyntaxProblem => ({ kind: "long_name", span: spanOfToken(token, file), most: MOST_LETTERS })),
    ...tokens
      .filter(({ tokenType }) => tokenType === SingleQuoted)
      .map((token): SyntaxProblem => ({
        kind: "unexpected_character",
        span: spanOfToken(token, file),
        character: "'",
      })),
    ...cuts.map((token): SyntaxProblem => ({
      kind: "unexpected_token",
      span: spanOfToken(token, file),
      found: "nesting too deep to follow",
      expected: "a simpler expression",
    })),
  ];
}

/** The tokens that the parser read, and the offsets of those that were removed before. */
export interface Reading {
  readonly tokens: readonly IToken[];
  readonly unread: readonly number[];
}

/**
 * Problems that the parser found, without consequential ones: one problem per token, none within skipped text,
 * and none about text that could not be read.
 */
export function grammarProblems(
  errors: readonly IRecognitionException[],
  { tokens, unread }: Reading,
  file: string,
): readonly SyntaxProblem[] {
  if (errors.length === 0) return [];
  const skipped = new Set(errors.flatMap(({ resyncedTokens }) => resyncedTokens));
  const brackets = openBrackets(tokens);
  const previous = new Map(tokens.map((token, index) => [token, tokens[index - 1]]));
  const reported = new Set<IToken>();
  const problems: SyntaxProblem[] = [];
  let nextUnread = 0;
  for (const error of errors.toSorted((a, b) => startOf(a.token) - startOf(b.token))) {
    const { token } = error;
    if (skipped.has(token) || reported.has(token)) continue;
    reported.add(token);
    const previousEnd = endOf(token.tokenType === EOF ? tokens.at(-1) : previous.get(token));
    while ((unread[nextUnread] ?? Infinity) < previousEnd) nextUnread += 1;
    if ((unread[nextUnread] ?? Infinity) < startOf(token)) continue;
    const problem = problemOf(error, previousEnd, brackets, file);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

function problemOf(
  { token, message }: IRecognitionException,
  previousEnd: number,
  brackets: OpenBrackets,
  file: string,
): SyntaxProblem | undefined {
  const atEnd = token.tokenType === EOF;
  const afterPrevious = { file, start: previousEnd, end: previousEnd };
  const unclosed = brackets.get(atEnd ? undefined : token);
  if (unclosed !== undefined && unclosed.opener.tokenType === openerExpectedToClose(message)) {
    // The bracket was most likely closed within the string.
    if (unclosed.stringBroken) return undefined;
    const span = atEnd ? afterPrevious : spanOfToken(token, file);
    return { kind: "unclosed", span, opener: unclosed.opener.image, openedAt: spanOfToken(unclosed.opener, file) };
  }
  // The beginning of a declaration is not wrong itself: the missing text is before it, often on another line.
  const beginsAnew = headTypes.has(token.tokenType) && message !== expectedAtTop;
  const span = atEnd || beginsAnew ? afterPrevious : spanOfToken(token, file);
  return {
    kind: "unexpected_token",
    span,
    found: atEnd ? "the end of the file" : `\`${token.image}\``,
    expected: message,
  };
}

/**
 * For each token that may reveal a missing closing bracket: the innermost bracket that is open there; `undefined` is
 * the end of the file.
 */
type OpenBrackets = ReadonlyMap<IToken | undefined, OpenBracket>;
interface OpenBracket {
  readonly opener: IToken;
  /** True if there is an unterminated string within the bracket. */
  stringBroken: boolean;
}

function openBrackets(tokens: readonly IToken[]): OpenBrackets {
  const found = new Map<IToken | undefined, OpenBracket>();
  const stack: OpenBracket[] = [];
  for (const token of tokens) {
    const type = token.tokenType;
    const innermost = stack.at(-1);
    if (innermost !== undefined && (openerOf.has(type) || headTypes.has(type))) found.set(token, innermost);
    if (openers.has(type)) stack.push({ opener: token, stringBroken: false });
    else if (openerOf.has(type)) {
      const match = stack.findLastIndex(({ opener }) => opener.tokenType === openerOf.get(type));
      if (match >= 0) stack.length = match;
    } else if (declarationHeads.has(type)) stack.length = 0;
    else if (type === UnterminatedString) for (const open of stack) open.stringBroken = true;
  }
  const innermost = stack.at(-1);
  if (innermost !== undefined) found.set(undefined, innermost);
  return found;
}

const headTypes: ReadonlySet<TokenType> = new Set(Object.values(heads));

/** The end of the file has no offset of its own. */
function startOf(token: IToken): number {
  return Number.isFinite(token.startOffset) ? token.startOffset : Infinity;
}

function endOf(token: IToken | undefined): number {
  return token === undefined ? 0 : token.startOffset + token.image.length;
}

function spanOfToken(token: IToken, file: string): Span {
  return { file, start: token.startOffset, end: endOf(token) };
}
