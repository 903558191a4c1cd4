import type { Expression } from "../../grammar/ast.ts";
import { infixBindings, type InfixOperator, prefixBindings, type PrefixOperator } from "../../grammar/operators.ts";

/** Binding power of an infix operator. */
export function infixPower(operator: InfixOperator): number {
  return infixBindings.get(operator)?.power ?? 0;
}

export function prefixPower(operator: PrefixOperator): number {
  return prefixBindings.get(operator)?.power ?? 0;
}

/** Binding power of an expression: an operand with less power than its operator needs parentheses. */
export function powerOf(expression: Expression): number {
  // `if` extends over everything after it.
  if (expression.kind === "If") return -1;
  const operator = operatorOf(expression);
  if (operator !== undefined) return infixPower(operator);
  if (expression.kind === "Unary") return prefixPower(expression.operator);
  return expression.kind === "Optional" ? prefixPower("optional") : Infinity;
}

function operatorOf(expression: Expression): InfixOperator | undefined {
  if (expression.kind === "Binary") return expression.operator;
  if (expression.kind === "Pipe") return "->";
  if (expression.kind === "Range") return "..";
  return expression.kind === "Except" ? "except" : undefined;
}

/** Power that the left operand needs: more than that of the operator itself if it does not chain. */
export function leftPower(operator: InfixOperator): number {
  const binding = infixBindings.get(operator);
  return binding === undefined ? 0 : binding.power + (binding.kind === "infix" ? 0 : 1);
}
