import { tokenMatcher, type IToken, type TokenType } from "chevrotain";
import {
  Arrow, As, Colon, Comma, Dot, Else, Equals, heads, Identifier, If, InfixOperator, LeftBrace, LeftBracket,
  LeftParenthesis, Let, List, Of, One, openerOf, PrefixOperator, Return, RightParenthesis, StringLiteral, Then, Yield, type HeadWord,
} from "./tokens.ts";

/**
 * `task`, `layer`, `update` and the like are names wherever a name can stand, and begin a declaration or statement
 * elsewhere. Settling which, before parsing, makes the grammar LL(2); and because only true beginnings are tokens of
 * their own, recovery lands on the next declaration and never on a word that looks like one.
 *
 * The two tests are sound for valid text: a word of ours that stands as a value or key is never taken for a beginning.
 */
export function settleHeads(tokens: readonly IToken[]): void {
  const openers: TokenType[] = [];
  tokens.forEach((token, index) => {
    const type = token.tokenType;
    const opener = openerOf.get(type);
    if (opener !== undefined) {
      if (openers.at(-1) === opener) openers.pop();
    } else if (brackets.has(type)) {
      openers.push(type);
    } else if (type === Identifier && isHeadWord(token.image) && beginsSomething(tokens, index, openers.at(-1))) {
      become(token, heads[token.image]);
      if (!statementWords.has(token.image)) openers.length = 0;
    }
  });
}

const brackets = new Set(openerOf.values());
const statementWords: ReadonlySet<HeadWord> = new Set(["layer", "weight", "state", "update"]);

function isHeadWord(word: string): word is HeadWord {
  return Object.hasOwn(heads, word);
}

function become(token: IToken, type: TokenType): void {
  token.tokenType = type;
  if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
}

/** What follows the word where it begins something. */
const shapes: { readonly [W in HeadWord]: readonly (readonly TokenType[])[] } = {
  model: [],
  import: [[LeftBrace]],
  param: [[Identifier, Equals], [Identifier, Colon]],
  modality: [[Identifier, Colon]],
  block: [[Identifier, LeftParenthesis]],
  layer: [[Identifier, Equals]],
  stream: [[Identifier, Equals]],
  fusion: [[Identifier, Equals]],
  task: [[Identifier, LeftBrace]],
  dataset: [[Identifier, LeftBrace]],
  stage: [[Identifier, LeftBrace]],
  renamed: [[StringLiteral, Arrow]],
  weight: [[Identifier, LeftBracket], [Identifier, Equals]],
  state: [[Identifier, LeftBracket], [Identifier, Equals]],
  update: [[Identifier, Equals]],
};
/** Shapes that may also be a value and the start of what is next to it, as in `{ kind: param  rate: 1 }`. */
const ambiguousInBraces: ReadonlySet<TokenType> = new Set([Colon, LeftParenthesis]);

function beginsSomething(tokens: readonly IToken[], index: number, innermost: TokenType | undefined): boolean {
  const word = tokens[index]?.image;
  if (word === undefined || !isHeadWord(word) || isNameAfterWord(tokens, index)) return false;
  const previous = tokens[index - 1];
  const afterHead = previous !== undefined && headTypes.has(previous.tokenType);
  const shape = shapes[word].find((shape) => shape.every((type, ahead) => matches(tokens[index + 1 + ahead], type)));
  if (shape !== undefined) {
    const last = shape.at(-1);
    if (afterHead || innermost !== LeftBrace || last === undefined || !ambiguousInBraces.has(last)) return true;
  }
  // Even a broken beginning is one, where no value or name is due and what follows cannot continue a value.
  if (afterHead || (previous !== undefined && demanding.some((type) => tokenMatcher(previous, type)))) return false;
  const next = tokens[index + 1];
  return next === undefined || continuesHead.some((type) => tokenMatcher(next, type));
}

const headTypes: ReadonlySet<TokenType> = new Set(Object.values(heads));
const continuesHead = [Identifier, StringLiteral, LeftBrace];
/** After these a value or a name must come. */
const demanding = [
  InfixOperator, PrefixOperator, Equals, Colon, Comma, Dot, LeftParenthesis, LeftBracket,
  If, Then, Else, Let, Return, Yield,
];

/** `repeat(…) as task {` and `list of block`. */
function isNameAfterWord(tokens: readonly IToken[], index: number): boolean {
  const word = tokens[index - 1]?.tokenType;
  const before = tokens[index - 2]?.tokenType;
  if (before === undefined) return false;
  return (word === As && before === RightParenthesis) || (word === Of && (before === List || before === One));
}

function matches(token: IToken | undefined, type: TokenType): boolean {
  return token !== undefined && tokenMatcher(token, type);
}
