import type { CallExpression, Expression, NameExpression } from "../../grammar/ast.ts";
import { calledName } from "../../grammar/written-names.ts";
import { resolveCall } from "./options/resolve-call.ts";
import { initializers } from "../schema/initializers.ts";
import { evaluate } from "./evaluate.ts";
import { type Frame, lookUp } from "./frame.ts";
import { type Value, poison } from "./value.ts";

/** `zeros` and `normal(0.02)` as a value, if the name is an initializer's. */
export function initializerOf(frame: Frame, expression: NameExpression | CallExpression): Value | undefined {
  const name = calledName(expression);
  if (name === undefined || !Object.hasOwn(initializers, name)) return undefined;
  const resolved = resolveCall(frame, expression, "initializer");
  return resolved ? { kind: "initializer", initializer: resolved } : poison;
}

/**
 * Evaluates an expression where an initializer is expected. Its name takes precedence over a block's: `identity` is
 * both.
 */
export function evaluateInitializer(frame: Frame, expression: Expression): Value {
  const name = calledName(expression);
  const own =
    name !== undefined && !lookUp(frame.locals, name) && (expression.kind === "Name" || expression.kind === "Call")
      ? initializerOf(frame, expression)
      : undefined;
  return own ?? evaluate(frame, expression);
}
