import type { Argument, CallExpression, Declaration, Entry, Expression, Identifier, NameExpression, Span, SpecificationFile, StringExpression } from "../grammar/ast.ts";
import type { Bindings } from "./bind/bind.ts";
import { isStreamType, parameterType } from "./elaborate/callable.ts";
import { schema } from "./schema/schema.ts";
import type { CallableTable, OptionDefinition, OptionTable, ValueType } from "./schema/types.ts";

/** The specification with every default written out: what a reader of a run folder, or of `mtl expand`, sees. Spans of what is added are empty. */
export function expand(file: SpecificationFile, bindings: Bindings): SpecificationFile {
  return { ...file, declarations: file.declarations.map((declaration) => expandDeclaration(declaration, bindings)) };
}

function expandDeclaration(declaration: Declaration, bindings: Bindings): Declaration {
  switch (declaration.kind) {
    case "Modality":
      return { ...declaration, value: expandFamily(declaration.value, schema.families.modality) };
    case "Stream":
    case "Layer":
    case "Fusion":
      return { ...declaration, value: expandBlocks(declaration.value, bindings) };
    case "Task":
      return { ...declaration, options: expandOptions(declaration.options, schema.declarations.task, declaration.span, bindings) };
    case "Dataset":
      return { ...declaration, options: expandOptions(declaration.options, schema.declarations.dataset, declaration.span, bindings) };
    case "Stage":
      return { ...declaration, options: expandOptions(declaration.options, schema.declarations.stage, declaration.span, bindings) };
    default:
      return declaration;
  }
}

function expandOptions(entries: readonly Entry[], table: OptionTable, at: Span, bindings: Bindings): readonly Entry[] {
  const given = new Set(entries.map(keyOf));
  const own = entries.map((entry): Entry => {
    const type = table[keyOf(entry)]?.type;
    return { ...entry, value: type?.kind === "stream" ? expandBlocks(entry.value, bindings) : type ? expandValue(entry.value, type) : entry.value };
  });
  return [...own, ...defaultsOf(table, given, at).map(([name, value]): Entry => ({ kind: "Entry", span: empty(at), key: identifier(name, at), value }))];
}

/** Calls of a family inside of an option's value: `adamw(rate: 1e-3)`, `[accuracy, f1]`. */
function expandValue(value: Expression, type: ValueType): Expression {
  if (type.kind === "call") return expandFamily(value, schema.families[type.family]);
  if (type.kind === "list" && value.kind === "List") return { ...value, items: value.items.map((item) => expandValue(item, type.element)) };
  return value;
}

function expandFamily(value: Expression, table: CallableTable): Expression {
  const call = asCall(value);
  const name = call?.callee.kind === "Name" ? call.callee.name : "";
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!call || !definition) return value;
  const options = Object.entries(definition.options);
  const given = new Set(call.arguments.map((argument, index) => argument.name?.name ?? options[index]?.[0] ?? ""));
  const own = call.arguments.map((argument, index): Argument => {
    const option = definition.options[argument.name?.name ?? options[index]?.[0] ?? ""];
    return option ? { ...argument, value: expandValue(argument.value, option.type) } : argument;
  });
  const added = defaultsOf(definition.options, given, call.span).map(([option, expression]) => namedArgument(option, expression, call.span));
  return own.length + added.length === 0 ? value : { ...call, arguments: [...own, ...added] };
}

function defaultsOf(table: OptionTable, given: ReadonlySet<string>, at: Span): readonly [string, Expression][] {
  return Object.entries(table).flatMap(([name, option]): readonly [string, Expression][] => {
    const value = given.has(name) ? undefined : defaultExpression(option, at);
    return value ? [[name, expandValue(value, option.type)]] : [];
  });
}

function defaultExpression({ type, default: value }: OptionDefinition, at: Span): Expression | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number") return { kind: "Number", span: empty(at), value };
  if (typeof value === "boolean") return { kind: "Boolean", span: empty(at), value };
  if (typeof value !== "string") return { kind: "List", span: empty(at), items: value.map((item): StringExpression => ({ kind: "String", span: empty(at), value: item })) };
  if (type.kind === "duration") return { kind: "Number", span: empty(at), value: Number.parseFloat(value), unit: "%" };
  return type.kind === "string" ? { kind: "String", span: empty(at), value } : name(value, at);
}

/** Compile-time parameters that a call of a block leaves at their defaults. */
function expandBlocks(expression: Expression, bindings: Bindings): Expression {
  const inside = (inner: Expression): Expression => expandBlocks(inner, bindings);
  switch (expression.kind) {
    case "Pipe":
      return { ...expression, left: inside(expression.left), right: expandCallee(inside(expression.right), bindings) };
    case "Call":
      return expandCallee({ ...expression, arguments: expression.arguments.map((argument) => ({ ...argument, value: inside(argument.value) })) }, bindings);
    case "List":
    case "Tuple":
      return { ...expression, items: expression.items.map(inside) };
    case "If":
      return { ...expression, consequence: inside(expression.consequence), alternative: inside(expression.alternative) };
    case "Binary":
      return { ...expression, left: inside(expression.left), right: inside(expression.right) };
    case "Optional":
      return { ...expression, operand: inside(expression.operand) };
    default:
      return expression;
  }
}

function expandCallee(expression: Expression, bindings: Bindings): Expression {
  const call = asCall(expression);
  const callee = call?.callee.kind === "Name" ? call.callee : undefined;
  const symbol = callee && (bindings.scopes.get(callee.span.file)?.symbols.get(callee.name) ?? bindings.prelude.symbols.get(callee.name));
  if (!call || symbol?.kind !== "Block") return expression;
  const compileTime = symbol.parameters.filter((parameter) => {
    const type = parameterType(parameter.type);
    return type && !isStreamType(type);
  });
  const named = new Set(call.arguments.flatMap((argument) => argument.name?.name ?? []));
  const positional = call.arguments.filter((argument) => !argument.name && !isStreamLike(argument.value, bindings)).length;
  const open = compileTime.filter((parameter) => !named.has(parameter.name.name)).slice(positional);
  // A default that is made of other parameters has no meaning outside of its block.
  const added = open.flatMap((parameter) => (parameter.default && isClosed(parameter.default) ? [namedArgument(parameter.name.name, parameter.default, call.span)] : []));
  return added.length === 0 ? expression : { ...call, arguments: [...call.arguments, ...added] };
}

function isStreamLike(expression: Expression, bindings: Bindings): boolean {
  if (expression.kind === "Pipe") return true;
  if (expression.kind === "Member") return isStreamLike(expression.object, bindings);
  if (expression.kind === "Optional") return true;
  if (expression.kind !== "Name") return expression.kind === "List" && expression.items.some((item) => isStreamLike(item, bindings));
  const symbol = bindings.scopes.get(expression.span.file)?.symbols.get(expression.name);
  return symbol?.kind === "Stream" || symbol?.kind === "Modality" || symbol?.kind === "Fusion";
}

function isClosed(expression: Expression): boolean {
  if (expression.kind === "Call") return expression.arguments.every((argument) => isClosed(argument.value));
  return expression.kind === "Number" || expression.kind === "String" || expression.kind === "Boolean" || expression.kind === "Name" || (expression.kind === "Unary" && isClosed(expression.operand));
}

function asCall(expression: Expression): CallExpression | undefined {
  if (expression.kind === "Call") return expression;
  return expression.kind === "Name" ? { kind: "Call", span: expression.span, callee: expression, arguments: [] } : undefined;
}

function keyOf(entry: Entry): string {
  return entry.key.kind === "String" ? entry.key.value : entry.key.name;
}

const empty = (at: Span): Span => ({ ...at, start: at.end });
const identifier = (text: string, at: Span): Identifier => ({ kind: "Identifier", span: empty(at), name: text });
const name = (text: string, at: Span): NameExpression => ({ kind: "Name", span: empty(at), name: text });
const namedArgument = (option: string, value: Expression, at: Span): Argument => ({ kind: "Argument", span: empty(at), name: identifier(option, at), value });
