import type { Expression } from "../../grammar/ast.ts";
import { infixBindings, type InfixOperator, prefixBindings, type PrefixOperator } from "../../grammar/operators.ts";

/** How tightly an infix operator binds. */
export function infixPower(operator: InfixOperator): number {
  return infixBindings.get(operator)?.power ?? 0;
}

export function prefixPower(operator: PrefixOperator): number {
  return prefixBindings.get(operator)?.power ?? 0;
}

/** How tightly an expression holds together: an operand that holds less tightly than its operator stands in parentheses. */
export function powerOf(expression: Expression): number {
  // It takes everything behind it.
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

/** The power that the left operand must have: more than the operator's own where it does not chain. */
export function leftPower(operator: InfixOperator): number {
  const binding = infixBindings.get(operator);
  return binding === undefined ? 0 : binding.power + (binding.kind === "infix" ? 0 : 1);
}
