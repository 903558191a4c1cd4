import type { CallExpression, Expression } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { createReporter } from "../diagnostics/reporter.ts";
import { type Elaboration, report } from "../elaborate/elaboration.ts";
import { evaluate, isBoundName } from "../elaborate/evaluate.ts";
import type { Frame } from "../elaborate/frame.ts";
import { type Value, describe } from "../elaborate/value.ts";
import type { FamilyName } from "../schema/families.ts";
import { schema } from "../schema/schema.ts";
import type { AnyValue, CallableTable, ValueType } from "../schema/types.ts";
import { typeInWords } from "../schema/describe-type.ts";
import { resolvePatterns } from "./patterns.ts";
import { type GivenOption, resolveOptions } from "./resolve-options.ts";

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
        const key = entry.key.kind === "String" ? entry.key.value : entry.key.name;
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

const declarationKinds = { task: "Task", modality: "Modality", dataset: "Dataset", stage: "Stage" } as const;

export function allNames(elaboration: Elaboration, of: keyof typeof declarationKinds): readonly string[] {
  const symbols = elaboration.bindings.scopes.get(elaboration.bindings.entry)?.symbols ?? new Map();
  return [...symbols].filter(([, symbol]) => symbol.kind === declarationKinds[of]).map(([name]) => name);
}

function resolveName(elaboration: Elaboration, frame: Frame, expression: Expression, of: keyof typeof declarationKinds, what: string): AnyValue | undefined {
  const name = expression.kind === "Name" ? expression.name : expression.kind === "String" ? expression.value : undefined;
  const known = allNames(elaboration, of);
  if (name !== undefined && known.includes(name)) return name;
  if (name === undefined) report(elaboration, frame, "wrong_type", expression.span, { what, expected: `the name of a ${of}`, found: describeExpression(expression) });
  else report(elaboration, frame, "unknown_name", expression.span, { name, kind: of, nearest: nearest(name, known), known });
  return undefined;
}

/** `adamw(rate: 1e-3)` as `{ kind: "adamw", rate: 0.001, … }`; a bare name is a call without arguments. */
export function resolveCall(elaboration: Elaboration, frame: Frame, expression: Expression, family: FamilyName): AnyValue | undefined {
  const table: CallableTable = schema.families[family];
  const name = calledName(expression);
  if (name === undefined) {
    report(elaboration, frame, "wrong_type", expression.span, { what: `This ${family.replaceAll("_", " ")}`, expected: `one of ${Object.keys(table).join(", ")}`, found: describeExpression(expression) });
    return undefined;
  }
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!definition) {
    report(elaboration, frame, "unknown_choice", expression.span, { what: `The ${family.replaceAll("_", " ")}`, value: name, choices: Object.keys(table).join(", "), nearest: nearest(name, Object.keys(table)) });
    return undefined;
  }
  const given = expression.kind === "Call" ? givenArguments(elaboration, frame, expression, name, Object.entries(definition.options)) : [];
  const options = given && resolveOptions(elaboration, frame, definition.options, given, { name, at: expression.span, isCall: true });
  return options && { kind: name, ...options };
}

function calledName(expression: Expression): string | undefined {
  if (expression.kind === "Name") return expression.name;
  return expression.kind === "Call" && expression.callee.kind === "Name" ? expression.callee.name : undefined;
}

/** Positional arguments by the order of the options; an option that is a list takes all that follow. */
function givenArguments(elaboration: Elaboration, frame: Frame, call: CallExpression, name: string, options: readonly [string, { readonly type: ValueType }][]): readonly GivenOption[] | undefined {
  const given: GivenOption[] = [];
  let place = 0;
  for (const [index, argument] of call.arguments.entries()) {
    if (argument.name) {
      given.push({ name: argument.name.name, at: argument.name.span, value: argument.value });
      continue;
    }
    const option = options[place];
    if (!option) {
      report(elaboration, frame, "too_many_arguments", argument.span, { of: name, accepts: options.map(([key]) => key).join(", ") || "no arguments" });
      return undefined;
    }
    if (option[1].type.kind === "list" && argument.value.kind !== "List") {
      const items = call.arguments.slice(index).filter((rest) => !rest.name).map((rest) => rest.value);
      given.push({ name: option[0], at: argument.span, value: { kind: "List", span: argument.span, items } });
      break;
    }
    given.push({ name: option[0], at: argument.span, value: argument.value });
    place++;
  }
  return given;
}

export function describeExpression(expression: Expression): string {
  const words: { readonly [Kind in Expression["kind"]]?: string } = { Map: "a map", List: "a list", String: "a string", Boolean: "true or false", Pipe: "a pipeline", None: "none", Range: "a range" };
  const name = calledName(expression);
  if (expression.kind === "Number") return `the number ${expression.value}${expression.unit ?? ""}`;
  return name === undefined ? (words[expression.kind] ?? "another expression") : `"${name}"`;
}

/** A compile-time value as JSON. */
export function plainValue(value: Value): AnyValue | undefined {
  switch (value.kind) {
    case "number":
    case "string":
    case "bool":
      return value.value;
    case "none":
      return null;
    case "list": {
      const items = value.items.map(plainValue);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case "map": {
      const entries = [...value.entries].map(([key, item]) => [key, plainValue(item)] as const);
      return entries.every(([, item]) => item !== undefined) ? (Object.fromEntries(entries) as AnyValue) : undefined;
    }
    default:
      return undefined;
  }
}

