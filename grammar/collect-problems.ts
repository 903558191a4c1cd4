import { EOF, type IRecognitionException, type IToken, type TokenType } from "chevrotain";
import type { Span } from "./ast.ts";
import { phraseOf } from "./expectation.ts";
import type { Lexed } from "./lex.ts";
import type { SyntaxProblem } from "./problems.ts";
import { heads, openerOf, UnterminatedString } from "./tokens.ts";

/** What the lexer found wrong. */
export function lexicalProblems(text: string, { tokens, strays }: Lexed, file: string): readonly SyntaxProblem[] {
  return [
    ...strays.map(({ start, end }): SyntaxProblem => {
      const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
      return { kind: "unexpected_character", span: { file, start, end }, character };
    }),
    ...tokens
      .filter(({ tokenType }) => tokenType === UnterminatedString)
      .map((token): SyntaxProblem => ({ kind: "unterminated_string", span: spanOfToken(token, file) })),
  ];
}

/**
 * What the parser found wrong, without the echoes of a mistake: one problem a token, and none within what recovery
 * skipped.
 */
export function grammarProblems(errors: readonly IRecognitionException[], tokens: readonly IToken[], file: string): readonly SyntaxProblem[] {
  const skipped = new Set(errors.flatMap(({ resyncedTokens }) => resyncedTokens.map(({ startOffset }) => startOffset)));
  const open = openBrackets(tokens);
  const last = tokens.at(-1);
  return errors
    .filter(({ token }) => !skipped.has(token.startOffset))
    .map(({ token, message }): SyntaxProblem => {
      const atEnd = token.tokenType === EOF;
      const end = last === undefined ? 0 : spanOfToken(last, file).end;
      const span = atEnd ? { file, start: end, end } : spanOfToken(token, file);
      const opener = openerByPhrase.get(message);
      const unclosed = open.get(atEnd ? undefined : token);
      if (unclosed !== undefined && unclosed.tokenType === opener && endsBracket(token)) {
        return { kind: "unclosed", span, opener: unclosed.image, openedAt: spanOfToken(unclosed, file) };
      }
      return { kind: "unexpected_token", span, found: atEnd ? "the end of the file" : `\`${token.image}\``, expected: message };
    });
}

const openerByPhrase: ReadonlyMap<string, TokenType> = new Map([...openerOf].map(([closer, opener]) => [phraseOf(closer), opener]));
const headTypes: ReadonlySet<TokenType> = new Set(Object.values(heads));
const openers: ReadonlySet<TokenType> = new Set(openerOf.values());

/** Where a bracket cannot go on: a missing bracket is the mistake, and not the token found. */
function endsBracket({ tokenType }: IToken): boolean {
  return tokenType === EOF || openerOf.has(tokenType) || headTypes.has(tokenType);
}

/** For each token that may reveal an unclosed bracket, and for the end (`undefined`), the innermost bracket open there. */
function openBrackets(tokens: readonly IToken[]): ReadonlyMap<IToken | undefined, IToken> {
  const found = new Map<IToken | undefined, IToken>();
  const stack: IToken[] = [];
  for (const token of tokens) {
    const innermost = stack.at(-1);
    if (innermost !== undefined && endsBracket(token)) found.set(token, innermost);
    const opener = openerOf.get(token.tokenType);
    if (opener !== undefined) {
      const match = stack.findLastIndex(({ tokenType }) => tokenType === opener);
      if (match >= 0) stack.length = match;
    } else if (openers.has(token.tokenType)) stack.push(token);
    else if (headTypes.has(token.tokenType) && !statementHeads.has(token.tokenType)) stack.length = 0;
  }
  const innermost = stack.at(-1);
  if (innermost !== undefined) found.set(undefined, innermost);
  return found;
}

const statementHeads: ReadonlySet<TokenType> = new Set([heads.layer, heads.weight, heads.state, heads.update]);

function spanOfToken(token: IToken, file: string): Span {
  return { file, start: token.startOffset, end: token.startOffset + token.image.length };
}
