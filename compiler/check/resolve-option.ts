import type { Expression } from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { createReporter } from "../diagnostics/reporter.ts";
import { type Elaboration, report } from "../elaborate/elaboration.ts";
import { evaluate, isBoundName } from "../elaborate/evaluate.ts";
import type { Frame } from "../elaborate/frame.ts";
import { type Value, describe } from "../elaborate/value.ts";
import { typeInWords } from "../schema/describe-type.ts";
import type { AnyValue, ValueType } from "../schema/types.ts";
import { allNames, resolveName } from "./declared-names.ts";
import { describeExpression } from "./describe-expression.ts";
import { resolvePatterns } from "./patterns.ts";
import { plainValue } from "./plain-values.ts";
import { resolveCall } from "./resolve-call.ts";

/** The resolved value of an option, as JSON; nothing, and a diagnostic, where it does not fit its declared type. */
export function resolveOption(elaboration: Elaboration, frame: Frame, expression: Expression, type: ValueType, what: string): AnyValue | undefined {
  const at = expression.span;
  const wrong = (found: string): undefined => report(elaboration, frame, "wrong_type", at, { what, expected: typeInWords(type), found }) as undefined;
  if (expression.kind === "Error") return undefined;
  switch (type.kind) {
    case "either":
      return resolveEither(elaboration, frame, expression, type.types, what);
    case "call":
      return resolveCall(elaboration, frame, expression, type.family);
    case "pattern":
      return resolvePatterns(elaboration, frame, expression, what);
    case "name":
      return resolveName(elaboration, frame, expression, type.of, what);
    case "list":
      return resolveList(elaboration, frame, expression, type, what);
    case "map": {
      if (expression.kind !== "Map") return wrong(describeExpression(expression));
      const entries: [string, AnyValue][] = [];
      for (const entry of expression.entries) {
        const key = keyOf(entry);
        const value = resolveOption(elaboration, frame, entry.value, type.value, `"${key}" of ${what}`);
        if (value === undefined) return undefined;
        entries.push([key, value]);
      }
      return Object.fromEntries(entries);
    }
    case "one_of": {
      const bare = expression.kind === "Name" && !isBoundName(elaboration, frame, expression.name) ? expression.name : undefined;
      const value: Value = bare === undefined ? evaluate(elaboration, frame, expression) : { kind: "string", value: bare };
      if (value.kind === "poison") return undefined;
      if (value.kind !== "string") return wrong(describe(value));
      if (type.options.includes(value.value)) return value.value;
      report(elaboration, frame, "unknown_choice", at, { what, value: value.value, choices: type.options.join(", "), nearest: nearest(value.value, type.options) });
      return undefined;
    }
    case "duration": {
      if (expression.kind === "Number" && expression.unit === "%") return { unit: "share", value: expression.value / 100 };
      const value = evaluate(elaboration, frame, expression);
      if (value.kind === "poison") return undefined;
      if (value.kind !== "number" || value.value < 0) return wrong(describe(value));
      return Number.isInteger(value.value) ? { unit: "steps", value: value.value } : { unit: "share", value: value.value };
    }
    case "int":
    case "number":
    case "rate":
    case "bool":
    case "string":
      return resolvePlain(elaboration, frame, expression, type, what);
    case "any":
      return plainValue(evaluate(elaboration, frame, expression)) ?? wrong("a stream or a layer");
    case "stream":
      return undefined;
  }
}

type PlainType = Extract<ValueType, { kind: "int" | "number" | "rate" | "bool" | "string" }>;

function resolvePlain(elaboration: Elaboration, frame: Frame, expression: Expression, type: PlainType, what: string): AnyValue | undefined {
  const value = evaluate(elaboration, frame, expression);
  if (value.kind === "poison") return undefined;
  const at = expression.span;
  const expected = type.kind === "bool" || type.kind === "string" ? type.kind : "number";
  if (value.kind !== expected || (type.kind === "int" && value.kind === "number" && !Number.isInteger(value.value))) {
    if (value.kind === "stream" || value.kind === "absent") report(elaboration, frame, "not_compile_time", at, { what });
    else report(elaboration, frame, "wrong_type", at, { what, expected: typeInWords(type), found: describe(value) });
    return undefined;
  }
  if (value.kind !== "number") return value.kind === "bool" || value.kind === "string" ? value.value : undefined;
  const [min, max] = type.kind === "rate" ? [0, 1] : type.kind === "int" || type.kind === "number" ? [type.min ?? -Infinity, type.max ?? Infinity] : [-Infinity, Infinity];
  if (value.value >= min && value.value <= max) return value.value;
  report(elaboration, frame, "out_of_range", at, { what, value: value.value, range: max === Infinity ? `at least ${min}` : `${min}..${max}` });
  return undefined;
}

/** The first type that fits; where none does, the complaint of the only one that could, else of all together. */
function resolveEither(elaboration: Elaboration, frame: Frame, expression: Expression, types: readonly ValueType[], what: string): AnyValue | undefined {
  for (const type of types) {
    const quiet = { ...elaboration, reporter: createReporter() };
    const value = resolveOption(quiet, frame, expression, type, what);
    if (value !== undefined && quiet.reporter.diagnostics.length === 0) return value;
  }
  const fitting = types.find((type) => (type.kind === "map" && expression.kind === "Map") || (type.kind === "list" && expression.kind === "List"));
  if (fitting) return resolveOption(elaboration, frame, expression, fitting, what);
  report(elaboration, frame, "wrong_type", expression.span, { what, expected: types.map(typeInWords).join(", or "), found: describeExpression(expression) });
  return undefined;
}

function resolveList(elaboration: Elaboration, frame: Frame, expression: Expression, type: Extract<ValueType, { kind: "list" }>, what: string): AnyValue | undefined {
  if (expression.kind === "Name" && expression.name === "all" && type.element.kind === "name") return allNames(elaboration, type.element.of);
  const items = expression.kind === "List" ? expression.items : [expression];
  const values: AnyValue[] = [];
  for (const item of items) {
    const value = resolveOption(elaboration, frame, item, type.element, items.length > 1 ? `An element of ${what}` : what);
    if (value !== undefined) values.push(value);
  }
  return values.length === items.length ? values : undefined;
}
