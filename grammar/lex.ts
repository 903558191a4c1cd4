import type { IToken } from "chevrotain";
import { Lexer } from "./chevrotain.ts";
import { settleHeads } from "./settle-heads.ts";
import { tokens } from "./tokens.ts";

const lexer = new Lexer(tokens, { ensureOptimizations: true, positionTracking: "onlyOffset" });

export type Token = IToken;

/** A text as tokens. Offsets are UTF-16. Tokens, comments and white space together are the text. */
export interface Lexed {
  readonly tokens: readonly IToken[];
  /** All `//` and `///` comments in order. */
  readonly comments: readonly IToken[];
  /** The `///` comments directly before the token at an offset. */
  readonly docs: ReadonlyMap<number, readonly IToken[]>;
  /** Runs of characters that belong to no token. */
  readonly strays: readonly { readonly start: number; readonly end: number }[];
}

export function lex(text: string): Lexed {
  const result = lexer.tokenize(text);
  // The lexer stores only where a token starts; extents of nodes need its end.
  for (const token of result.tokens) token.endOffset = token.startOffset + token.image.length - 1;
  settleHeads(result.tokens);
  const comments = result.groups["comments"] ?? [];
  return {
    tokens: result.tokens,
    comments,
    docs: docsByToken(result.tokens, comments),
    strays: [
      ...result.errors.map(({ offset, length }) => ({ start: offset, end: offset + length })),
      ...(result.groups["unreadable"] ?? []).map(({ startOffset, image }) => ({
        start: startOffset,
        end: startOffset + image.length,
      })),
    ].toSorted((a, b) => a.start - b.start),
  };
}

/** Lines of four or more slashes are separators, not documentation. */
function isDoc(comment: IToken): boolean {
  return comment.image.startsWith("///") && !comment.image.startsWith("////");
}

function docsByToken(tokens: readonly IToken[], comments: readonly IToken[]): Map<number, readonly IToken[]> {
  const docs = new Map<number, IToken[]>();
  let next = 0;
  for (const comment of comments) {
    if (!isDoc(comment)) continue;
    while (next < tokens.length && (tokens[next]?.startOffset ?? 0) < comment.startOffset) next += 1;
    const documented = tokens[next];
    if (documented === undefined) break;
    const lines = docs.get(documented.startOffset);
    if (lines === undefined) docs.set(documented.startOffset, [comment]);
    else lines.push(comment);
  }
  return docs;
}
