import type { CstNode, IToken } from "chevrotain";
import type { Expression } from "./ast.ts";
import type { BuildContext } from "./build-context.ts";
import { extent, nodes, tokensOf } from "./cst.ts";
import { infixBindings, prefixBindings, type Binding, type InfixOperator, type PrefixOperator } from "./operators.ts";
import { InfixOperator as InfixToken, PrefixOperator as PrefixToken } from "./tokens.ts";

/** An operand or a part of an operation, with its extent in the text, parentheses included. */
export interface Piece {
  readonly expression: Expression;
  readonly start: number;
  readonly end: number;
}

/** Builds a tree from a flat operation by precedence climbing over the table of `operators.ts`. */
export function structure(operation: CstNode, buildOperand: BuildOperand, context: BuildContext): Piece | undefined {
  const operands = nodes(operation, "operand");
  if (operands.length === 0) return undefined;
  const infixes = tokensOf(operation, InfixToken);
  const parts = operands.flatMap((operand, index): (IToken | Piece)[] => {
    const infix = infixes[index];
    const missingAt = (extent(operand) ?? extentOf(infixes[index - 1]))?.end;
    return [
      ...tokensOf(operand, PrefixToken),
      buildOperand(operand, missingAt),
      ...(infix === undefined ? [] : [infix]),
    ];
  });
  return climb({ parts, next: 0 }, 0, context);
}

/** `missingAt` is the offset at which a missing operand is reported, or `undefined` if the whole operation is missing. */
type BuildOperand = (cst: CstNode, missingAt: number | undefined) => Piece;

const extentOf = (token: IToken | undefined) => token && extent(token);

interface Cursor {
  readonly parts: readonly (IToken | Piece)[];
  next: number;
}

function climb(cursor: Cursor, loosest: number, context: BuildContext): Piece | undefined {
  let left = climbPrefix(cursor, context);
  let last: Binding | undefined;
  for (;;) {
    const token = cursor.parts[cursor.next];
    if (left === undefined || token === undefined || isPiece(token)) return left;
    const binding = infixBindings.get(token.image);
    if (binding === undefined || binding.power < loosest) return left;
    cursor.next += 1;
    if (binding.power === last?.power) reportChain(token, binding, context);
    last = binding;
    const right = climb(cursor, binding.power + 1, context);
    // Recovery may have lost the right operand: the problem is reported, and the left operand is kept.
    if (right === undefined) return left;
    left = joined(left, binding.operator, right, context);
  }
}

function climbPrefix(cursor: Cursor, context: BuildContext): Piece | undefined {
  const part = cursor.parts[cursor.next];
  if (part === undefined) return undefined;
  cursor.next += 1;
  if (isPiece(part)) return part;
  const binding = prefixBindings.get(part.image);
  const operand = binding && climb(cursor, binding.power, context);
  if (binding === undefined || operand === undefined) return undefined;
  const [start, end] = [part.startOffset, Math.max(operand.end, part.startOffset + part.image.length)];
  const span = { file: context.file, start, end };
  return { start, end, expression: prefixed(binding.operator, operand.expression, span) };
}

function prefixed(operator: PrefixOperator, operand: Expression, span: Expression["span"]): Expression {
  return operator === "optional" ? { kind: "Optional", span, operand } : { kind: "Unary", span, operator, operand };
}

function joined(left: Piece, operator: InfixOperator, right: Piece, context: BuildContext): Piece {
  const { start } = left;
  const { end } = right;
  const span = { file: context.file, start, end };
  return { start, end, expression: infixed(left.expression, operator, right.expression, span) };
}

function infixed(left: Expression, operator: InfixOperator, right: Expression, span: Expression["span"]): Expression {
  if (operator === "->") return { kind: "Pipe", span, left, right };
  if (operator === "..") return { kind: "Range", span, from: left, to: right };
  if (operator === "except") return { kind: "Except", span, base: left, exceptions: right };
  return { kind: "Binary", span, operator, left, right };
}

/** `a < b < c` looks like mathematics but would compare a truth value; `1..2..3` has no meaning. */
function reportChain(operator: IToken, { kind }: Binding, context: BuildContext): void {
  const start = operator.startOffset;
  const span = { file: context.file, start, end: start + operator.image.length };
  if (kind === "comparison") context.report({ kind: "chained_comparison", span });
  if (kind === "range")
    context.report({
      kind: "unexpected_token",
      span,
      found: `\`${operator.image}\``,
      expected: "the end of the range",
    });
}

function isPiece(part: IToken | Piece): part is Piece {
  return "expression" in part;
}
