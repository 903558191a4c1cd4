import type { Expression } from "../../../grammar/ast.ts";
import { keyOf } from "../../../grammar/written-names.ts";
import { nearest } from "../../diagnostics/nearest.ts";
import { createReporter } from "../../diagnostics/reporter.ts";
import { report } from "../elaboration.ts";
import { chosenName } from "../choices.ts";
import { evaluate, takenBranch } from "../evaluate.ts";
import type { Frame } from "../frame.ts";
import { type Value, type ValueOf, describe, string } from "../value.ts";
import { typeInWords } from "../../schema/describe-type.ts";
import type { AnyValue, OrderedMap, ValueType } from "../../schema/types.ts";
import { allNames, resolveName } from "./declared-names.ts";
import { describeExpression } from "./describe-expression.ts";
import { reportRepeated, reportTwice } from "./repeated.ts";
import { resolvePatterns } from "./patterns.ts";
import { plainValue } from "./plain-values.ts";
import { resolveCall } from "./resolve-call.ts";

/**
 * The resolved value of an option as JSON. Reports a diagnostic and returns `undefined` if it does not fit its declared
 * type.
 */
export function resolveOption(
  frame: Frame,
  expression: Expression,
  type: ValueType,
  what: string,
): AnyValue | undefined {
  if (expression.kind === "Error") return undefined;
  if (expression.kind === "If") {
    const branch = takenBranch(frame, expression);
    return branch && resolveOption(frame, branch, type, what);
  }
  return (resolvers[type.kind] as Resolver<ValueType["kind"]>)(frame, expression, type, what);
}

type TypeOf<Kind extends ValueType["kind"]> = Extract<ValueType, { readonly kind: Kind }>;
type Resolver<Kind extends ValueType["kind"]> = (
  frame: Frame,
  expression: Expression,
  type: TypeOf<Kind>,
  what: string,
) => AnyValue | undefined;

const resolvers: { readonly [Kind in ValueType["kind"]]: Resolver<Kind> } = {
  int: resolveNumber,
  number: resolveNumber,
  rate: resolveNumber,
  bool: resolvePlain,
  string: resolvePlain,
  duration: resolveAmount,
  part: resolvePart,
  one_of: resolveChoice,
  list: resolveList,
  map: (frame, expression, type, what) => objectOf(resolveMap(frame, expression, type, what)),
  ordered_map: resolveMap,
  either: resolveEither,
  call: (frame, expression, type) => resolveCall(frame, expression, type.family),
  name: (frame, expression, type, what) => resolveName(frame, expression, type.of, what),
  pattern: (frame, expression, _type, what) => resolvePatterns(frame, expression, what),
  any: resolveAny,
  // Elaboration evaluates it.
  stream: () => undefined,
};

function wrongType(frame: Frame, expression: Expression, type: ValueType, what: string, found: string): undefined {
  report(frame, "wrong_type", expression.span, { what, expected: typeInWords(type), found });
  return undefined;
}

function resolveMap(
  frame: Frame,
  expression: Expression,
  type: TypeOf<"map" | "ordered_map">,
  what: string,
): OrderedMap<AnyValue> | undefined {
  if (expression.kind !== "Map") return wrongType(frame, expression, type, what, describeExpression(expression));
  const entries: [string, AnyValue][] = [];
  for (const entry of expression.entries) {
    const key = keyOf(entry);
    const value = resolveOption(frame, entry.value, type.value, `"${key}" of ${what}`);
    if (value === undefined) return undefined;
    entries.push([key, value]);
  }
  reportTwice(frame, expression.entries);
  return frame.elaboration.rules.mapOrder === "as_written" ? entries : Object.entries(Object.fromEntries(entries));
}

function objectOf(entries: OrderedMap<AnyValue> | undefined): AnyValue | undefined {
  return entries && Object.fromEntries(entries);
}

function resolveChoice(
  frame: Frame,
  expression: Expression,
  type: TypeOf<"one_of">,
  what: string,
): AnyValue | undefined {
  const choice = chosenName(frame.elaboration, expression, type.options);
  const value = choice === undefined ? evaluate(frame, expression) : string(choice);
  if (value.kind === "poison") return undefined;
  if (value.kind !== "string") return wrongType(frame, expression, type, what, describe(value));
  if (type.options.includes(value.value)) return value.value;
  report(frame, "unknown_choice", expression.span, {
    what,
    value: value.value,
    choices: type.options.join(", "),
    nearest: nearest(value.value, type.options),
  });
  return undefined;
}

/** Integers are numbers of steps or rows; other numbers and percentages are fractions. */
function resolveAmount(
  frame: Frame,
  expression: Expression,
  type: TypeOf<"duration" | "part">,
  what: string,
): { readonly unit: "steps" | "rows" | "share"; readonly value: number } | undefined {
  if (expression.kind === "Number" && expression.unit === "%") return { unit: "share", value: expression.value / 100 };
  const value = evaluate(frame, expression);
  if (value.kind === "poison") return undefined;
  if (value.kind !== "number" || value.measure !== undefined || value.value < 0)
    return wrongType(frame, expression, type, what, describe(value));
  return Number.isInteger(value.value)
    ? { unit: type.kind === "duration" ? "steps" : "rows", value: value.value }
    : { unit: "share", value: value.value };
}

/** A number of rows must be more than 0, and a fraction at most 1. */
function resolvePart(frame: Frame, expression: Expression, type: TypeOf<"part">, what: string): AnyValue | undefined {
  const part = resolveAmount(frame, expression, type, what);
  if (part === undefined || (part.value > 0 && (part.unit === "rows" || part.value <= 1))) return part;
  report(frame, "out_of_range", expression.span, {
    what,
    value: part.value,
    range: part.unit === "rows" ? "at least 1" : "above 0 and at most 1",
  });
  return undefined;
}

function resolveNumber(
  frame: Frame,
  expression: Expression,
  type: TypeOf<"int" | "number" | "rate">,
  what: string,
): AnyValue | undefined {
  const value = evaluate(frame, expression);
  if (value.kind !== "number" || !isOfType(value, type)) return refuse(frame, expression, type, what, value);
  const { min = -Infinity, max = Infinity } = type.kind === "rate" ? { min: 0, max: 1 } : type;
  if (value.value >= min && value.value <= max) return value.value;
  report(frame, "out_of_range", expression.span, {
    what,
    value: value.value,
    range: max === Infinity ? `at least ${min}` : `${min}..${max}`,
  });
  return undefined;
}

/** True for a number without a unit, or with one of the measure that the type has. */
function isOfType({ value, measure }: ValueOf<"number">, type: TypeOf<"int" | "number" | "rate">): boolean {
  if (type.kind === "int" && !Number.isInteger(value)) return false;
  return measure === undefined || (type.kind !== "rate" && measure === type.measure);
}

function resolvePlain(
  frame: Frame,
  expression: Expression,
  type: TypeOf<"bool" | "string">,
  what: string,
): AnyValue | undefined {
  const value = evaluate(frame, expression);
  const isPlain = value.kind === "bool" || value.kind === "string";
  return isPlain && value.kind === type.kind ? value.value : refuse(frame, expression, type, what, value);
}

/** Reports a value of another type, unless its own fault has been reported. */
function refuse(frame: Frame, expression: Expression, type: ValueType, what: string, value: Value): undefined {
  if (value.kind === "poison") return undefined;
  if (value.kind !== "stream" && value.kind !== "absent")
    return wrongType(frame, expression, type, what, describe(value));
  report(frame, "not_compile_time", expression.span, { what });
  return undefined;
}

function resolveAny(frame: Frame, expression: Expression, type: TypeOf<"any">, what: string): AnyValue | undefined {
  const value = evaluate(frame, expression);
  if (value.kind === "poison") return undefined;
  const plain = plainValue(value);
  return plain === undefined ? wrongType(frame, expression, type, what, describe(value)) : plain;
}

/** Types whose values are recognised by the way in which they are written. */
const writtenAs: { readonly [Kind in ValueType["kind"]]?: Expression["kind"] } = {
  map: "Map",
  ordered_map: "Map",
  list: "List",
  call: "Call",
};

/**
 * Resolves by the first type that fits. If none does, reports the problem of the only type that was possible, or else
 * that of all types together.
 */
function resolveEither(
  frame: Frame,
  expression: Expression,
  { types }: TypeOf<"either">,
  what: string,
): AnyValue | undefined {
  for (const type of types) {
    const reporter = createReporter();
    const value = resolveOption({ ...frame, elaboration: { ...frame.elaboration, reporter } }, expression, type, what);
    if (value !== undefined && reporter.diagnostics.length === 0) return value;
  }
  const fitting = types.find(({ kind }) => writtenAs[kind] === expression.kind);
  if (fitting) return resolveOption(frame, expression, fitting, what);
  report(frame, "wrong_type", expression.span, {
    what,
    expected: types.map(typeInWords).join(", or "),
    found: describeExpression(expression),
  });
  return undefined;
}

function resolveList(frame: Frame, expression: Expression, type: TypeOf<"list">, what: string): AnyValue | undefined {
  if (expression.kind === "Name" && expression.name === "all" && type.element.kind === "name")
    return allNames(frame.elaboration, type.element.of);
  const items = expression.kind === "List" ? expression.items : [expression];
  const values: AnyValue[] = [];
  for (const item of items) {
    const value = resolveOption(frame, item, type.element, items.length > 1 ? `An element of ${what}` : what);
    if (value !== undefined) values.push(value);
  }
  if (values.length !== items.length) return undefined;
  if (type.distinct) reportRepeated(frame, what, items, values);
  return values;
}
