import type { Argument, Entry, Expression, Identifier, Span } from "../../grammar/ast.ts";
import { isName } from "../../grammar/written-names.ts";
import { schema } from "../schema/schema.ts";
import type { CallableTable, Duration, OptionTable, OrderedMap, Part, Patterns, ValueType } from "../schema/types.ts";

/** Writes a resolved value as an expression. All nodes get the span of the declaration. */
export function valueExpression(type: ValueType, value: unknown, span: Span): Expression {
  switch (type.kind) {
    case "call":
      return callExpression(schema.families[type.family], value as { readonly kind: string }, span);
    case "duration":
    case "part":
      return amountExpression(value as Duration | Part, span);
    case "one_of":
      return typeof value === "string" ? { kind: "Name", span, name: value } : plainExpression(value, span);
    case "name":
      return { kind: "Name", span, name: String(value) };
    case "list":
      return {
        kind: "List",
        span,
        items: (value as readonly unknown[]).map((item) => valueExpression(type.element, item, span)),
      };
    case "ordered_map":
      return mapExpression(value as OrderedMap<unknown>, (item) => valueExpression(type.value, item, span), span);
    case "map":
      return mapExpression(Object.entries(value as object), (item) => valueExpression(type.value, item, span), span);
    case "either":
      return valueExpression(type.types.find((each) => fits(each, value)) ?? { kind: "any" }, value, span);
    case "pattern":
      return patternExpression(value as Patterns, span);
    default:
      return plainExpression(value, span);
  }
}

/** Writes `adamw(rate: 0.001, …)` with every option by name, or a bare name if there are none. */
export function callExpression(table: CallableTable, value: { readonly kind: string }, span: Span): Expression {
  const callee = { kind: "Name", span, name: value.kind } as const;
  const given = optionEntries(table[value.kind]?.options ?? {}, value, span).map(({ key, value }): Argument => ({
    kind: "Argument",
    span,
    name: key,
    value,
  }));
  return given.length === 0 ? callee : { kind: "Call", span, callee, arguments: given };
}

/** An entry for each option that has a value, in the order of the table. Streams are left out. */
export function optionEntries(
  options: OptionTable,
  values: object,
  span: Span,
): readonly (Entry & { readonly key: Identifier })[] {
  const given = new Map(Object.entries(values));
  return Object.entries(options)
    .filter(([name, { type }]) => given.has(name) && type.kind !== "stream")
    .map(([name, { type }]) => ({
      kind: "Entry",
      span,
      key: identifier(name, span),
      value: valueExpression(type, given.get(name), span),
    }));
}

function identifier(name: string, span: Span): Identifier {
  return { kind: "Identifier", span, name };
}

function amountExpression({ unit, value }: Duration | Part, span: Span): Expression {
  return unit !== "share"
    ? { kind: "Number", span, value }
    : { kind: "Number", span, value: Number((value * 100).toPrecision(12)), unit: "%" };
}

function patternExpression({ include, except }: Patterns, span: Span): Expression {
  const list = (patterns: readonly string[]): Expression => plainExpression(patterns, span);
  return except.length === 0 ? list(include) : { kind: "Except", span, base: list(include), exceptions: list(except) };
}

function mapExpression(map: OrderedMap<unknown>, item: (value: unknown) => Expression, span: Span): Expression {
  const entries = map.map(([name, each]): Entry => {
    const key = isName(name) ? identifier(name, span) : ({ kind: "String", span, value: name } as const);
    return { kind: "Entry", span, key, value: item(each) };
  });
  return { kind: "Map", span, entries };
}

/** Writes JSON as literals of the language. */
export function plainExpression(value: unknown, span: Span): Expression {
  if (typeof value === "number")
    return value < 0
      ? { kind: "Unary", span, operator: "-", operand: { kind: "Number", span, value: -value } }
      : { kind: "Number", span, value };
  if (typeof value === "boolean") return { kind: "Boolean", span, value };
  if (typeof value === "string") return { kind: "String", span, value };
  if (Array.isArray(value)) return { kind: "List", span, items: value.map((item) => plainExpression(item, span)) };
  return typeof value === "object" && value !== null
    ? mapExpression(Object.entries(value), (item) => plainExpression(item, span), span)
    : { kind: "None", span };
}

/** True if a value can be of a type, as exactly as `either` requires. */
function fits(type: ValueType, value: unknown): boolean {
  if (type.kind === "list") return Array.isArray(value) && value.every((item) => fits(type.element, item));
  if (type.kind === "either") return type.types.some((each) => fits(each, value));
  if (type.kind === "ordered_map") return Array.isArray(value);
  if (type.kind === "call") return typeof value === "object" && value !== null && "kind" in value;
  if (type.kind === "map") return typeof value === "object" && !Array.isArray(value);
  if (type.kind === "string" || type.kind === "name") return typeof value === "string";
  return typeof value === "number";
}
