import type { BinaryExpression, BinaryOperator, Expression, Span, UnaryExpression } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { OpName } from "../graph/attributes.ts";
import { type Elaboration, report } from "./elaboration.ts";
import { isBoundName } from "./choices.ts";
import { evaluate } from "./evaluate.ts";
import { type Frame, frameAt } from "./frame.ts";
import { broadcastBinary, constantStream, unary } from "./stream-ops.ts";
import { measureOf } from "./units.ts";
import { type Stream, type Value, bool, describe, poison, streamValue, string } from "./value.ts";

type Combining = Exclude<BinaryOperator, "and" | "or" | "==" | "!=">;

const onNumbers: { readonly [Operator in Combining]: (left: number, right: number) => number | boolean } = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

/** Operators on streams are elementwise; those missing here are for compile-time values only. */
const onStreams: { readonly [Operator in BinaryOperator]?: OpName & ("add" | "subtract" | "multiply" | "divide") } = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
};

export function evaluateUnary(frame: Frame, expression: UnaryExpression): Value {
  const operand = evaluate(frame, expression.operand);
  if (operand.kind === "poison" || operand.kind === "absent") return operand;
  if (expression.operator === "not" && operand.kind === "bool") return bool(!operand.value);
  if (expression.operator === "-" && operand.kind === "number")
    return { kind: "number", value: -operand.value, ...(operand.measure ? { measure: operand.measure } : {}) };
  if (expression.operator === "-" && operand.kind === "stream" && isOperand(operand))
    return streamValue(unary(frameAt(frame, expression.span), "negate", operand.stream));
  report(frame, "wrong_type", expression.operand.span, {
    what: `The operand of "${expression.operator}"`,
    expected: expression.operator === "not" ? "true or false" : "a number or a stream",
    found: describe(operand),
  });
  return poison;
}

export function evaluateBinary(frame: Frame, expression: BinaryExpression): Value {
  const { operator } = expression;
  if (operator === "and" || operator === "or") return evaluateLogical(frame, expression);
  if (operator === "==" || operator === "!=") return evaluateEquality(frame, expression);
  const left = evaluate(frame, expression.left);
  const right = evaluate(frame, expression.right);
  if (left.kind === "poison" || right.kind === "poison") return poison;
  if (left.kind === "absent") return left;
  if (right.kind === "absent") return right;
  return (
    combinedNumbers(operator, left, right) ??
    combinedLists(frame, operator, left, right) ??
    combinedStreams(frame, expression, left, right) ??
    refused(frame, expression, left, right)
  );
}

function combinedNumbers(operator: Combining, left: Value, right: Value): Value | undefined {
  if (left.kind !== "number" || right.kind !== "number") return undefined;
  const measure = measureOf(operator, left.measure, right.measure);
  if (measure === "nonsense") return undefined;
  const result = onNumbers[operator](left.value, right.value);
  if (typeof result === "boolean") return bool(result);
  return { kind: "number", value: result, ...(measure ? { measure } : {}) };
}

function combinedLists(frame: Frame, operator: Combining, left: Value, right: Value): Value | undefined {
  if (operator !== "+" || left.kind !== "list" || right.kind !== "list") return undefined;
  return { kind: "list", items: frame.elaboration.work.joined(left.items, right.items) };
}

/** Two streams, or a stream and a number. */
function combinedStreams(
  frame: Frame,
  { operator, span, ...sides }: BinaryExpression,
  left: Value,
  right: Value,
): Value | undefined {
  const op = onStreams[operator];
  if (!op || !isOperand(left) || !isOperand(right)) return undefined;
  if (left.kind === "number" && right.kind === "number") return undefined;
  const here = frameAt(frame, span);
  const stream = (side: Operand): Stream => (side.kind === "number" ? constantStream(here, side.value) : side.stream);
  const spans = { left: sides.left.span, right: sides.right.span };
  const result = broadcastBinary(here, op, stream(left), stream(right), spans);
  return result ? streamValue(result) : poison;
}

/** Reports operands that an operator does not take. Comparisons and logic are evaluated at compile time. */
function refused(frame: Frame, { operator, span }: BinaryExpression, left: Value, right: Value): Value {
  const needsStatic = !onStreams[operator] && (left.kind === "stream" || right.kind === "stream");
  if (needsStatic) report(frame, "not_compile_time", span, { what: `The operands of \`${operator}\`` });
  else report(frame, "bad_arithmetic", span, { operator, left: describe(left), right: describe(right) });
  return poison;
}

type Operand = Extract<Value, { kind: "number" | "stream" }>;
/** True for values that arithmetic takes: ids are excluded, because they are names and not numbers. */
function isOperand(value: Value): value is Operand {
  return (
    (value.kind === "number" && value.measure === undefined) || (value.kind === "stream" && value.stream.kind !== "ids")
  );
}

/** Evaluates the right side only if the left side does not decide, so that `i > 0 and f(i - 1)` is safe. */
function evaluateLogical(frame: Frame, expression: BinaryExpression): Value {
  const left = evaluate(frame, expression.left);
  if (left.kind === "bool" && left.value === (expression.operator === "or")) return left;
  const right = evaluate(frame, expression.right);
  if (left.kind === "poison" || right.kind === "poison") return poison;
  return left.kind === "bool" && right.kind === "bool" ? right : refused(frame, expression, left, right);
}

/**
 * Compares values. A bare name that is compared with a choice is read as one of the choices, whatever else has the
 * name: `update == symmetric`.
 */
function evaluateEquality(frame: Frame, expression: BinaryExpression): Value {
  const { elaboration } = frame;
  const leftIsChoice = isChoiceBeside(elaboration, expression.left) && !isChoiceBeside(elaboration, expression.right);
  const left = leftIsChoice ? nameAsString(expression.left) : evaluate(frame, expression.left);
  const rightIsChoice = isChoiceBeside(elaboration, expression.right, left);
  const right = rightIsChoice ? nameAsString(expression.right) : evaluate(frame, expression.right);
  if (left.kind === "poison" || right.kind === "poison") return poison;
  const choices = choicesOf(left) ?? choicesOf(right);
  if (choices && !isAmong(frame, choices, left, expression.left.span)) return poison;
  if (choices && !isAmong(frame, choices, right, expression.right.span)) return poison;
  const same = sameValue(left, right);
  return same === undefined
    ? refused(frame, expression, left, right)
    : bool(expression.operator === "==" ? same : !same);
}

/**
 * True if a side is the bare name of a choice: one of the type that the other side has in the text, the other side's
 * value, or a name without a value.
 */
function isChoiceBeside(elaboration: Elaboration, side: Expression, other?: Value): boolean {
  if (side.kind !== "Name") return false;
  return (
    elaboration.references.definitionOf(side)?.kind === "written_choice" ||
    !isBoundName(elaboration, side) ||
    (other?.kind === "string" && other.choices?.includes(side.name) === true)
  );
}

function nameAsString(side: Expression): Value {
  return side.kind === "Name" ? string(side.name) : poison;
}

function choicesOf(value: Value): readonly string[] | undefined {
  return value.kind === "string" ? value.choices : undefined;
}

/** Reports a string that is not among the choices. */
function isAmong(frame: Frame, choices: readonly string[], value: Value, at: Span): boolean {
  if (value.kind !== "string" || choices.includes(value.value)) return true;
  report(frame, "unknown_choice", at, {
    what: "This",
    value: value.value,
    choices: choices.join(", "),
    nearest: nearest(value.value, choices),
  });
  return false;
}

/** `undefined` if the values cannot be compared. */
function sameValue(left: Value, right: Value): boolean | undefined {
  if (left.kind === "none" || right.kind === "none") return left.kind === right.kind;
  if (left.kind === "number" && right.kind === "number")
    return left.measure === right.measure ? left.value === right.value : undefined;
  if (left.kind === "string" && right.kind === "string") return left.value === right.value;
  if (left.kind === "bool" && right.kind === "bool") return left.value === right.value;
  return undefined;
}
