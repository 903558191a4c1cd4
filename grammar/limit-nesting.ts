import type { IToken, TokenType } from "chevrotain";
import { tokenMatcher } from "./chevrotain.ts";
import {
  Colon,
  Comma,
  declarationHeads,
  Dot,
  Equals,
  If,
  InfixOperator,
  Let,
  Of,
  openerOf,
  openers,
  PrefixOperator,
  Return,
  Yield,
} from "./tokens.ts";

/** Far more than is legible, and well within the recursion that the compiler can bear. */
const mostBrackets = 64;
const mostOperators = 500;

/**
 * Removes text that is nested too deeply for recursive functions, from the token that exceeds the limit to the next
 * declaration. `cuts` has the first token of each removed piece.
 */
export function limitNesting(tokens: readonly IToken[]): {
  readonly kept: readonly IToken[];
  readonly cuts: readonly IToken[];
} {
  const kept: IToken[] = [];
  const cuts: IToken[] = [];
  let depth = newDepth();
  let cutting = false;
  for (const token of tokens) {
    if (declarationHeads.has(token.tokenType)) {
      depth = newDepth();
      cutting = false;
    }
    if (cutting) continue;
    descend(depth, token);
    cutting = depth.outer.length > mostBrackets || depth.operators > mostOperators;
    (cutting ? cuts : kept).push(token);
  }
  return { kept, cuts };
}

/** Number of pending operators in total, and the number at each open bracket. */
interface Depth {
  operators: number;
  readonly outer: number[];
}

const newDepth = (): Depth => ({ operators: 0, outer: [] });

function descend(depth: Depth, token: IToken): void {
  const type = token.tokenType;
  if (openers.has(type)) {
    depth.operators += 1;
    depth.outer.push(depth.operators);
  } else if (openerOf.has(type)) {
    depth.operators = depth.outer.pop() ?? 0;
  } else if (endsOperation.has(type)) {
    depth.operators = depth.outer.at(-1) ?? 0;
  } else if (deepens.some((deepening) => tokenMatcher(token, deepening))) {
    depth.operators += 1;
  }
}

const endsOperation: ReadonlySet<TokenType> = new Set([Comma, Colon, Equals, Let, Return, Yield]);
const deepens = [If, Of, Dot, PrefixOperator, InfixOperator];
