import type { IToken, TokenType } from "chevrotain";
import { tokenMatcher } from "./chevrotain.ts";
import {
  Arrow,
  As,
  Colon,
  Comma,
  declarationHeads,
  Dot,
  Else,
  Equals,
  heads,
  Identifier,
  If,
  In,
  InfixOperator,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  Let,
  List,
  Of,
  One,
  openerOf,
  openers,
  PrefixOperator,
  Return,
  RightBrace,
  RightParenthesis,
  StringLiteral,
  Then,
  Yield,
  type HeadWord,
} from "./tokens.ts";

/**
 * Decides whether `task`, `layer`, `update` and similar words are names, or begin a declaration or statement. They are
 * names wherever a name is possible. Deciding this before parsing makes the grammar LL(2). Because only real beginnings
 * get token types of their own, recovery stops at the next declaration and never at a word that only looks like one.
 *
 * Both tests are correct for valid text: a head word that is used as a value or key is never taken for a beginning.
 */
export function settleHeads(tokens: readonly IToken[]): void {
  const open: TokenType[] = [];
  tokens.forEach((token, index) => {
    const type = token.tokenType;
    const opener = openerOf.get(type);
    if (opener !== undefined) {
      if (open.at(-1) === opener) open.pop();
    } else if (openers.has(type)) {
      open.push(type);
    } else if (type === Identifier && isHeadWord(token.image) && begins(token.image, tokens, index, open.at(-1))) {
      become(token, heads[token.image]);
      if (declarationHeads.has(token.tokenType)) open.length = 0;
    }
  });
}

function isHeadWord(word: string): word is HeadWord {
  return Object.hasOwn(heads, word);
}

function become(token: IToken, type: TokenType): void {
  token.tokenType = type;
  if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
}

/** Tokens that may follow the word if it begins something. */
export const shapesOfHeads: { readonly [W in HeadWord]: readonly (readonly TokenType[])[] } = {
  model: [],
  import: [
    [LeftBrace, Identifier, Comma],
    [LeftBrace, Identifier, RightBrace],
  ],
  param: [
    [Identifier, Equals],
    [Identifier, Colon],
  ],
  modality: [[Identifier, Colon]],
  block: [[Identifier, LeftParenthesis]],
  layer: [[Identifier, Equals]],
  stream: [[Identifier, Equals]],
  fusion: [[Identifier, Equals]],
  task: [[Identifier, LeftBrace]],
  dataset: [[Identifier, LeftBrace]],
  stage: [[Identifier, LeftBrace]],
  renamed: [[StringLiteral, Arrow]],
  adapt: [[StringLiteral, Arrow]],
  weight: [
    [Identifier, LeftBracket],
    [Identifier, Equals],
  ],
  state: [
    [Identifier, LeftBracket],
    [Identifier, Equals],
  ],
  update: [[Identifier, Equals]],
};
/** Forms that may also be a value followed by the next entry, as in `{ kind: param  rate: 1 }`. */
export const ambiguousInBraces: ReadonlySet<TokenType> = new Set([Colon, LeftParenthesis]);

function begins(word: HeadWord, tokens: readonly IToken[], index: number, innermost: TokenType | undefined): boolean {
  if (isNameAfterWord(tokens, index)) return false;
  const previous = tokens[index - 1];
  const afterHead = previous !== undefined && headTypes.has(previous.tokenType);
  const shape = shapesOfHeads[word].find((shape) =>
    shape.every((type, ahead) => matches(tokens[index + 1 + ahead], type)),
  );
  if (shape !== undefined) {
    const last = shape.at(-1);
    if (afterHead || innermost !== LeftBrace || last === undefined || !ambiguousInBraces.has(last)) return true;
  }
  // An incomplete declaration still begins one if no value or name is expected.
  if (afterHead || (previous !== undefined && demanding.some((type) => tokenMatcher(previous, type)))) return false;
  // Outside brackets only a beginning can follow a value; inside, the word may be a key or a value.
  if (innermost === undefined) return true;
  const next = tokens[index + 1];
  return next === undefined || continuesHead.some((type) => tokenMatcher(next, type));
}

const headTypes: ReadonlySet<TokenType> = new Set(Object.values(heads));
const continuesHead = [Identifier, StringLiteral, LeftBrace];
/** A value or a name must follow these tokens. */
const demanding = [
  InfixOperator,
  PrefixOperator,
  Equals,
  Colon,
  Comma,
  Dot,
  LeftParenthesis,
  LeftBracket,
  If,
  Then,
  Else,
  Let,
  Return,
  Yield,
];

/** `repeat(…) as task {`, `list of block` and `int in layer..8`. */
function isNameAfterWord(tokens: readonly IToken[], index: number): boolean {
  const word = tokens[index - 1]?.tokenType;
  const before = tokens[index - 2]?.tokenType;
  if (before === undefined) return false;
  if (word === As) return before === RightParenthesis;
  if (word === Of) return before === List || before === One;
  return word === In && before === Identifier;
}

function matches(token: IToken | undefined, type: TokenType): boolean {
  return token !== undefined && tokenMatcher(token, type);
}
