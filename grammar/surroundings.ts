import type { IToken } from "chevrotain";
import { tokenMatcher } from "./chevrotain.ts";
import { lex } from "./lex.ts";
import {
  Arrow,
  Colon,
  Comma,
  declarationHeads,
  Dot,
  Else,
  Equals,
  Identifier,
  If,
  In,
  InfixOperator,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  Let,
  NumberLiteral,
  Of,
  openerOf,
  openers,
  PrefixOperator,
  Return,
  StringLiteral,
  Then,
  UnterminatedString,
  Word,
  Yield,
  heads,
} from "./tokens.ts";

/** A token, or a bracket with all that it encloses. */
export interface Part {
  /** The name of the token's type: `Identifier`, `Arrow`, `TaskHead`; of a bracket, that of its opening token. */
  readonly type: string;
  /** The token's characters; of a bracket, those of its opening token. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** True if the parts after it can only be an operand: after `->`, `:` or `(`. */
  readonly demandsOperand: boolean;
  /** True if it can be a name: an identifier, or a word that has a meaning in some positions only. */
  readonly isName: boolean;
  /** The contents of a bracket that is closed. */
  readonly inner?: readonly Part[];
}

/** A bracket around a position, or the file. */
export interface Frame {
  /** The opening bracket; `undefined` for the file. */
  readonly opener: "(" | "[" | "{" | undefined;
  /** The parts from its beginning up to the position, or up to the bracket within it that is around the position. */
  readonly before: readonly Part[];
  /** The parts after the position. In the file, those of its declaration. */
  readonly after: readonly Part[];
}

/**
 * The brackets around a position and the parts in them, as the tokens show it. A text is rarely valid where it is being written, and
 * what a parser recovers is a guess of its own: tokens before the position are as they are meant.
 */
export interface Surroundings {
  /** `sign` within a sign such as `->`. */
  readonly kind: "code" | "string" | "comment" | "sign";
  /** The span of the word or the string at the position: it is empty between words. */
  readonly start: number;
  readonly end: number;
  /** The file, then the brackets around the position, the innermost one last. */
  readonly frames: readonly Frame[];
  /** The token before the word, in whatever bracket; `undefined` at the beginning of the file. */
  readonly previous: Part | undefined;
  /** The token after the word. */
  readonly next: Part | undefined;
}

export function surroundingsAt(text: string, offset: number): Surroundings {
  const { tokens, comments, strays } = lex(text);
  const end = ({ startOffset, image }: IToken): number => startOffset + image.length;
  const inComment =
    comments.some((comment) => comment.startOffset < offset && offset <= end(comment)) ||
    strays.some((stray) => text[stray.start] === "#" && stray.start < offset && offset <= stray.end);
  // A position between two tokens that touch belongs to the word before it.
  const at = tokens.findIndex((token) => token.startOffset < offset && offset <= end(token) && isAt(token, offset));
  const current = tokens[at];
  const first = at >= 0 ? at : firstFrom(tokens, offset);
  const before = tokens[first - 1];
  const inSign = before !== undefined && offset < end(before);
  const rest = at >= 0 ? at + 1 : first;
  const [previous, next] = [tokens[first - 1], tokens[rest]];
  return {
    kind: inComment
      ? "comment"
      : current
        ? tokenMatcher(current, StringLiteral)
          ? "string"
          : "code"
        : inSign
          ? "sign"
          : "code",
    start: current?.startOffset ?? offset,
    end: current ? end(current) : offset,
    frames: framesAround(tokens, first, rest),
    previous: previous && partOf(previous),
    next: next && partOf(next),
  };
}

/** True for a word, and for a string whose quotes are around the offset. */
function isAt(token: IToken, offset: number): boolean {
  if (!tokenMatcher(token, StringLiteral)) return isWord(token) || tokenMatcher(token, NumberLiteral);
  return token.tokenType === UnterminatedString || offset < token.startOffset + token.image.length;
}

function firstFrom(tokens: readonly IToken[], offset: number): number {
  const index = tokens.findIndex(({ startOffset }) => startOffset >= offset);
  return index < 0 ? tokens.length : index;
}

interface OpenFrame {
  readonly opener: IToken | undefined;
  readonly before: Part[];
}

/** `first` is the index of the token at the position, and `rest` that of the first one after it. */
function framesAround(tokens: readonly IToken[], first: number, rest: number): readonly Frame[] {
  const begin = tokens.findLastIndex((token, index) => index < first && declarationHeads.has(token.tokenType));
  const open: OpenFrame[] = [{ opener: undefined, before: [] }];
  for (const token of tokens.slice(Math.max(begin, 0), first)) take(open, token);
  const after = open.map((): Part[] => []);
  let level = open.length - 1;
  const nested: OpenFrame[] = [];
  for (const token of tokens.slice(rest)) {
    if (declarationHeads.has(token.tokenType)) break;
    if (nested.length > 0 || openers.has(token.tokenType)) {
      if (nested.length === 0) nested.push({ opener: undefined, before: [] });
      take(nested, token);
      if (nested.length > 1) continue;
      after[level]?.push(...(nested.pop()?.before ?? []));
    } else if (!openerOf.has(token.tokenType)) after[level]?.push(partOf(token));
    else {
      const closes = openerOf.get(token.tokenType);
      const closed = open.findLastIndex(({ opener }, index) => index <= level && opener?.tokenType === closes);
      if (closed > 0) level = closed - 1;
    }
  }
  return open.map(({ opener, before }, index) => ({
    opener: opener?.image as Frame["opener"],
    before,
    after: after[index] ?? [],
  }));
}

/** Adds a token to the innermost bracket, which it may open or close. Brackets within a closed one that are still open end with it. */
function take(open: OpenFrame[], token: IToken): void {
  const closes = openerOf.get(token.tokenType);
  if (openers.has(token.tokenType)) open.push({ opener: token, before: [] });
  else if (closes === undefined) open.at(-1)?.before.push(partOf(token));
  else {
    const closed = open.findLastIndex(({ opener }) => opener?.tokenType === closes);
    if (closed <= 0) return;
    for (let level = open.length; level > closed; level -= 1) close(open, token);
  }
}

function close(open: OpenFrame[], { startOffset }: IToken): void {
  const closed = open.pop();
  if (!closed?.opener) return;
  const group = { ...partOf(closed.opener), end: startOffset + 1, demandsOperand: false, inner: closed.before };
  open.at(-1)?.before.push(group);
}

function partOf(token: IToken): Part {
  return {
    type: token.tokenType.name,
    text: token.image,
    start: token.startOffset,
    end: token.startOffset + token.image.length,
    demandsOperand: demanding.some((type) => tokenMatcher(token, type)),
    isName: tokenMatcher(token, Identifier),
  };
}

function isWord(token: IToken): boolean {
  return tokenMatcher(token, Word) || headTypes.has(token.tokenType);
}

const headTypes: ReadonlySet<IToken["tokenType"]> = new Set(Object.values(heads));

const demanding = [
  Arrow,
  Colon,
  Comma,
  Dot,
  Equals,
  If,
  Then,
  Else,
  In,
  InfixOperator,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  Let,
  Of,
  PrefixOperator,
  Return,
  Yield,
];
