import type {
  Expression,
  IfExpression,
  MemberExpression,
  NameExpression,
  NumberExpression,
  PipeExpression,
  Span,
} from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import { meantBy } from "../diagnostics/names-like.ts";
import { applyLayer } from "./apply.ts";
import { blockLayer, callExpression, calleeLayer, namedAt } from "./call.ts";
import { describeType, exampleOfParameter, isStreamType } from "../resolve/parameter-type.ts";
import { initializerOf } from "./initializer.ts";
import { evaluateBinary, evaluateUnary } from "./arithmetic.ts";
import { type Elaboration, report } from "./elaboration.ts";
import { type Frame, frameAt, lookUp } from "./frame.ts";
import { builtin } from "./builtins.ts";
import { memberOf } from "./members.ts";
import { repeatExpression } from "./repeat.ts";
import { namesIn } from "../resolve/scopes.ts";
import { reportTwice } from "./options/repeated.ts";
import { symbolValue } from "./symbol-values.ts";
import { inUnit, nearestUnit, unitNames } from "./units.ts";
import { type LayerValue, type Value, bool, describe, none, number, poison, string } from "./value.ts";

/** Evaluates an expression in a frame. A mistake is reported once, at its span, and the value is poison. */
export function evaluate(frame: Frame, expression: Expression): Value {
  const { work } = frame.elaboration;
  const { depth } = work;
  work.enter(frame, expression.span);
  const value = (evaluators[expression.kind] as Evaluator<Expression["kind"]>)(frame, expression);
  work.leave(depth);
  frame.elaboration.notes?.value(expression, value);
  return value;
}

type ExpressionOf<Kind extends Expression["kind"]> = Extract<Expression, { readonly kind: Kind }>;

type Evaluator<Kind extends Expression["kind"]> = (frame: Frame, expression: ExpressionOf<Kind>) => Value;

const evaluators: { readonly [Kind in Expression["kind"]]: Evaluator<Kind> } = {
  Number: evaluateNumber,
  String: (_frame, { value }) => string(value),
  Boolean: (_frame, { value }) => bool(value),
  None: () => none,
  Error: () => poison,
  Name: evaluateName,
  List: (frame, { items }) => holding(frame.elaboration, { kind: "list", items: evaluateAll(frame, items) }),
  Tuple: (frame, { items }) => holding(frame.elaboration, { kind: "tuple", items: evaluateAll(frame, items) }),
  Map: evaluateMap,
  Range: evaluateRange,
  Unary: evaluateUnary,
  Binary: evaluateBinary,
  If: evaluateIf,
  Optional: evaluateOptional,
  Pipe: evaluatePipe,
  Member: evaluateMember,
  Call: (frame, expression) => callExpression(frame, expression, "apply"),
  Repeat: (frame, expression) => repeatExpression(frame, expression, undefined),
  Except: refuseExcept,
};

function evaluateAll(frame: Frame, items: readonly Expression[]): readonly Value[] {
  return items.map((item) => evaluate(frame, item));
}

function evaluateMap(frame: Frame, { entries }: ExpressionOf<"Map">): Value {
  reportTwice(frame, entries);
  return holding(frame.elaboration, {
    kind: "map",
    entries: new Map(entries.map((entry) => [keyOf(entry), evaluate(frame, entry.value)])),
  });
}

function evaluateRange(frame: Frame, expression: ExpressionOf<"Range">): Value {
  const from = evaluate(frame, expression.from);
  const to = evaluate(frame, expression.to);
  return from.kind === "number" && to.kind === "number" ? { kind: "range", from: from.value, to: to.value } : poison;
}

function evaluateIf(frame: Frame, expression: IfExpression): Value {
  const branch = takenBranch(frame, expression);
  return branch ? evaluate(frame, branch) : poison;
}

function evaluateOptional(frame: Frame, { operand }: ExpressionOf<"Optional">): Value {
  const value = evaluate(frame, operand);
  return value.kind === "absent" ? { ...value, optional: true } : value;
}

function refuseExcept(frame: Frame, { span }: ExpressionOf<"Except">): Value {
  report(frame, "wrong_type", span, {
    what: "`except`",
    expected: "part of a pattern in `freeze` or `train`",
    found: "elsewhere",
  });
  return poison;
}

/** Counts as many steps as a value contains values, including repeated ones, because a reader visits all of them. */
function holding({ work }: Elaboration, value: Value): Value {
  const open: Value[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    work.spend(1);
    const held =
      next.kind === "list" || next.kind === "tuple"
        ? next.items
        : next.kind === "map"
          ? [...next.entries.values()]
          : [];
    work.spend(held.length);
    for (const item of held) open.push(item);
  }
  return value;
}

function evaluateNumber(frame: Frame, { value, unit, span }: NumberExpression): Value {
  if (unit === undefined) return number(value);
  const meant = inUnit(value, unit);
  if (meant !== undefined) return { kind: "number", ...meant, written: `${value}${unit}` };
  report(frame, "unknown_choice", span, {
    what: "The unit of a number",
    value: unit,
    choices: unitNames.join(", "),
    nearest: nearestUnit(unit),
  });
  return poison;
}

/** The branch of a compile-time `if` that is elaborated; `undefined` after a report that its condition is none. */
export function takenBranch(frame: Frame, expression: IfExpression): Expression | undefined {
  const condition = evaluate(frame, expression.condition);
  if (condition.kind === "bool") return condition.value ? expression.consequence : expression.alternative;
  if (condition.kind === "stream")
    report(frame, "not_compile_time", expression.condition.span, { what: "The condition of `if`" });
  else if (condition.kind !== "poison")
    report(frame, "wrong_type", expression.condition.span, {
      what: "The condition of `if`",
      expected: "true or false",
      found: describe(condition),
    });
  return undefined;
}

/**
 * From left to right, however long a pipeline is. `a -> b` composes if `a` is a block or a layer value, else it
 * applies. The first name of a pipeline labels its result.
 */
function evaluatePipe(frame: Frame, expression: PipeExpression): Value {
  const pipes: PipeExpression[] = [];
  let first: Expression = expression;
  for (; first.kind === "Pipe"; first = first.left) pipes.push(first);
  return pipes.reduceRight(
    (left, pipe) => {
      const value = pipeInto(frame, left, pipe);
      frame.elaboration.notes?.value(pipe, value);
      return value;
    },
    evaluate(frame, first),
  );
}

function pipeInto(frame: Frame, left: Value, expression: PipeExpression): Value {
  if (left.kind === "poison") {
    checkCallee(frame, expression.right);
    return poison;
  }
  if (expression.right.kind === "Repeat" && left.kind !== "layer")
    return relabel(repeatExpression(frame, expression.right, left), left);
  const layer = evaluateLayer(frame, expression.right);
  if (!layer) return poison;
  if (left.kind === "layer") return { kind: "layer", layer: compose(frame.elaboration, left.layer, layer) };
  const parts = layer.kind === "composition" ? layer.parts : [layer];
  const result = parts.reduce<Value>(
    (value, part) => applyLayer(frameAt(frame, expression.right.span), part, [{ value, at: expression.left.span }]),
    left,
  );
  return relabel(result, left);
}

/** Checks the right side of a pipe whose left side has an error, as far as that is possible without its value. */
function checkCallee(frame: Frame, expression: Expression): void {
  const layer = evaluateLayer(frame, expression);
  if (layer?.kind !== "partial") return;
  const missing = layer.callable.parameters.find(
    (parameter) =>
      parameter.default === undefined &&
      !layer.bound.has(parameter.name) &&
      parameter.type.kind !== "optional" &&
      !isStreamType(parameter.type),
  );
  if (missing)
    report(frame, "missing_option", expression.span, {
      option: missing.name,
      of: layer.callable.name,
      doc: describeType(missing.type),
      example: exampleOfParameter(missing.type),
    });
}

function compose({ work }: Elaboration, first: LayerValue, second: LayerValue): LayerValue {
  const [before, after] = [first, second].map((layer) => (layer.kind === "composition" ? layer.parts : [layer]));
  return { kind: "composition", parts: work.joined(before ?? [], after ?? []) };
}

function relabel(result: Value, from: Value): Value {
  if (result.kind !== "stream" || from.kind !== "stream" || from.stream.label === undefined) return result;
  return { kind: "stream", stream: { ...result.stream, label: from.stream.label } };
}

/** An expression that must be a layer value: the right side of `->`, a `layer` and a `head`. */
export function evaluateLayer(frame: Frame, expression: Expression): LayerValue | undefined {
  switch (expression.kind) {
    case "Name": {
      const layer = calleeLayer(frame, expression);
      return layer ?? requireLayer(frame, evaluateName(frame, expression), expression.name, expression.span);
    }
    case "Call": {
      const value = callExpression(frame, expression, "layer");
      return requireLayer(
        frame,
        value,
        expression.callee.kind === "Name" ? `${expression.callee.name}(…)` : undefined,
        expression.span,
      );
    }
    case "Repeat":
      return { kind: "repeat", expression, frame, segment: frame.sites.get(expression) };
    case "Pipe": {
      const left = evaluateLayer(frame, expression.left);
      const right = evaluateLayer(frame, expression.right);
      return left && right && compose(frame.elaboration, left, right);
    }
    case "If": {
      const branch = takenBranch(frame, expression);
      return branch && evaluateLayer(frame, branch);
    }
    default:
      return requireLayer(frame, evaluate(frame, expression), undefined, expression.span);
  }
}

function requireLayer(frame: Frame, value: Value, name: string | undefined, at: Span): LayerValue | undefined {
  if (value.kind === "layer") return value.layer;
  if (value.kind !== "poison") report(frame, "not_callable", at, { name, found: describe(value) });
  return undefined;
}

function evaluateName(frame: Frame, expression: NameExpression): Value {
  const { name, span } = expression;
  const local = lookUp(frame.locals, name);
  if (local) return local.kind === "layer" ? { kind: "layer", layer: namedAt(frame, local.layer, expression) } : local;
  const { bound, scope } = frame.elaboration.references.nameOf(expression);
  if (bound?.kind === "builtin" && bound.name !== "all") return builtin(frame, bound.name, span);
  if (bound?.kind === "declaration" && bound.declaration.kind === "Block")
    return { kind: "layer", layer: blockLayer(frame, bound.declaration, expression) };
  if (bound?.kind === "declaration") return symbolValue(frame, bound.declaration, span);
  const initializer = initializerOf(frame, expression);
  if (initializer) return initializer;
  const known = namesIn(scope, frame.elaboration.references.prelude);
  report(frame, "unknown_name", span, { name, ...meantBy(name, known) });
  return poison;
}

function evaluateMember(frame: Frame, expression: MemberExpression): Value {
  return memberOf(frame, evaluate(frame, expression.object), expression.member);
}
