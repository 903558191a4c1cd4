import type { CstElement, CstNode, IToken, TokenType } from "chevrotain";
import type { RuleName } from "./parser.ts";

/**
 * Access to the concrete syntax tree. After recovery any child may be missing. Tokens that recovery invented have
 * neither text nor position, and these functions never return them.
 */

export function nodes(parent: CstNode, name: RuleName | Label): readonly CstNode[] {
  return (parent.children[name] ?? []).filter(isNode);
}

export function node(parent: CstNode, name: RuleName | Label): CstNode | undefined {
  return (parent.children[name] ?? []).find(isNode);
}

export function tokensOf(parent: CstNode, type: TokenType | Label): readonly IToken[] {
  return (parent.children[typeof type === "string" ? type : type.name] ?? []).filter(isRealToken);
}

export function token(parent: CstNode, type: TokenType | Label): IToken | undefined {
  return (parent.children[typeof type === "string" ? type : type.name] ?? []).find(isRealToken);
}

/** Half-open offsets of all text that a node covers; `undefined` if it covers none. */
export function extent(part: CstElement): { readonly start: number; readonly end: number } | undefined {
  const start = isNode(part) ? part.location?.startOffset : part.startOffset;
  const end = isNode(part) ? part.location?.endOffset : part.endOffset;
  if (start === undefined || end === undefined || !Number.isFinite(start) || !Number.isFinite(end)) return undefined;
  return { start, end: end + 1 };
}

/** Names that the grammar gives to several children of the same kind. */
type Label = "from" | "to" | "condition" | "consequence" | "alternative";

function isNode(element: CstElement): element is CstNode {
  return "children" in element;
}

function isRealToken(element: CstElement): element is IToken {
  return !isNode(element) && element.isInsertedInRecovery !== true;
}
