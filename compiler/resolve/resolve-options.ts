import type { CallExpression, Entry, Expression, MapExpression } from "../../grammar/ast.ts";
import { calledName, keyOf } from "../../grammar/written-names.ts";
import type { Names, SymbolDeclaration } from "../bind/symbols.ts";
import { currentName } from "../schema/current-names.ts";
import { schema } from "../schema/schema.ts";
import type { CallableTable, OptionTable, ValueType } from "../schema/types.ts";
import { type Scope, definitionInSchema, definitionOfBuiltin, definitionOfDeclaration, isValue } from "./definition.ts";
import { givenNames } from "./loss-names.ts";
import { resolveMeasure, resolvePattern } from "./pattern-parts.ts";
import type { ReferenceTable } from "./reference-table.ts";
import type { ExpressionResolver } from "./resolve-expressions.ts";
import { bodyScope, withLocal } from "./scopes.ts";

/** The tools with which the value of an option is resolved. */
export interface OptionResolver {
  readonly table: ReferenceTable;
  readonly expressions: ExpressionResolver;
  readonly scope: Scope;
  /** The file whose tasks, data sets and stages are the model's: options name those. */
  readonly entry: Names;
}

/** Options of a declaration, or entries of a map of them. `of` is their owner in the schema. */
export function resolveOptions(
  resolver: OptionResolver,
  options: OptionTable,
  entries: readonly Entry[],
  of: string,
): void {
  for (const entry of entries) {
    const option = currentName(options, keyOf(entry));
    const definition = Object.hasOwn(options, option) ? options[option] : undefined;
    if (!definition) {
      resolver.expressions.expression(entry.value, resolver.scope);
      continue;
    }
    const purpose = definitionInSchema("option", of, option);
    resolver.table.use(entry.key, purpose);
    resolver.table.isFor(entry.value, purpose);
    resolveValue(resolver, entry.value, definition.type, `${of}.${option}`);
  }
}

/** The arguments of a call of a family's member, `adamw(rate: 1e-3)`: by name, or by the order of its options. */
export function resolveFamilyCall(resolver: OptionResolver, expression: Expression, family: string): void {
  const { table, expressions, scope } = resolver;
  const members = (schema.families as { readonly [family: string]: CallableTable })[family] ?? {};
  const name = calledName(expression);
  const callee = expression.kind === "Call" ? expression.callee : expression;
  if (name === undefined || callee.kind !== "Name") return expressions.expression(expression, scope);
  const options = Object.hasOwn(members, name) ? members[name]?.options : undefined;
  table.name(callee, scope, options ? definitionInSchema("member", family, name) : { kind: "dynamic", name });
  if (expression.kind === "Call") resolveArguments(resolver, expression, options ?? {}, `${family}.${name}`);
}

function resolveArguments(resolver: OptionResolver, call: CallExpression, options: OptionTable, of: string): void {
  const inOrder = Object.keys(options);
  let index = 0;
  for (const { name, value } of call.arguments) {
    const option = name ? currentName(options, name.name) : inOrder[index];
    const definition = option !== undefined && Object.hasOwn(options, option) ? options[option] : undefined;
    if (!definition || option === undefined) {
      resolver.expressions.expression(value, resolver.scope);
      continue;
    }
    const purpose = definitionInSchema("option", of, option);
    resolver.table.isFor(value, purpose);
    if (name) resolver.table.use(name, purpose);
    // An option that is a list takes all remaining positional arguments.
    else if (definition.type.kind !== "list" || value.kind === "List") index += 1;
    resolveValue(resolver, value, definition.type, `${of}.${option}`);
  }
}

type TypeOf<Kind extends ValueType["kind"]> = Extract<ValueType, { readonly kind: Kind }>;
type ValueResolver<Kind extends ValueType["kind"]> = (
  resolver: OptionResolver,
  value: Expression,
  type: TypeOf<Kind>,
  of: string,
) => void;

function resolveValue(resolver: OptionResolver, value: Expression, type: ValueType, of: string): void {
  if (value.kind === "If" && type.kind !== "stream") {
    resolver.expressions.expression(value.condition, resolver.scope);
    for (const branch of [value.consequence, value.alternative]) resolveValue(resolver, branch, type, of);
    return;
  }
  (resolvers[type.kind] as ValueResolver<ValueType["kind"]>)(resolver, value, type, of);
}

const evaluated = ({ expressions, scope }: OptionResolver, value: Expression): void =>
  expressions.expression(value, scope);

const resolvers: { readonly [Kind in ValueType["kind"]]: ValueResolver<Kind> } = {
  int: evaluated,
  number: evaluated,
  rate: evaluated,
  bool: evaluated,
  duration: evaluated,
  part: evaluated,
  any: evaluated,
  string: (resolver, value, { names }) => {
    if (names === "measure") resolveMeasure(resolver.table, value, resolver.entry);
    evaluated(resolver, value);
  },
  one_of: resolveChoice,
  list: (resolver, value, { element }, of) => {
    const isAll = value.kind === "Name" && value.name === "all" && element.kind === "name";
    if (isAll) resolver.table.name(value, resolver.scope, definitionOfBuiltin("all"));
    else for (const item of value.kind === "List" ? value.items : [value]) resolveValue(resolver, item, element, of);
  },
  map: resolveMap,
  ordered_map: resolveMap,
  either: resolveEither,
  call: (resolver, value, { family }) => resolveFamilyCall(resolver, value, family),
  name: (resolver, value, { of }) => resolveDeclared(resolver, value, of),
  pattern: resolvePatterns,
  stream: (resolver, value, _type, of) => {
    if (of === "task.loss" || of === "stage.loss") resolveLoss(inLoss(resolver, value), value);
    else resolver.expressions.expression(value, resolver.scope, of === "task.head" ? "layer" : "value");
  },
};

/** The declarations that the keys of a map may be names of. */
const keyKinds = { task: "Task", modality: "Modality", field: "Modality", param: "Param" } as const;

function resolveMap(
  resolver: OptionResolver,
  value: Expression,
  { value: type, keys }: TypeOf<"map" | "ordered_map">,
  of: string,
): void {
  if (value.kind !== "Map") return resolver.expressions.expression(value, resolver.scope);
  if (typeof keys === "string" && keys !== "column") resolveKeys(resolver, value, keyKinds[keys]);
  for (const entry of value.entries) resolveValue(resolver, entry.value, type, of);
}

function resolveKeys(
  { table, entry: file }: OptionResolver,
  { entries }: MapExpression,
  kind: SymbolDeclaration["kind"],
): void {
  for (const entry of entries) {
    const symbol = file.get(keyOf(entry));
    if (symbol?.kind === kind) table.use(entry.key, definitionOfDeclaration(symbol));
  }
}

/**
 * Resolves a bare name: one of the choices is that choice, even if a declaration has the same name; any other name is
 * looked up.
 */
function resolveChoice(
  { table, expressions, scope }: OptionResolver,
  value: Expression,
  { options }: TypeOf<"one_of">,
  of: string,
): void {
  if (value.kind !== "Name") return expressions.expression(value, scope);
  const { bound } = table.name(value, scope);
  if (options.includes(value.name) || !isValue(bound))
    table.name(value, scope, definitionInSchema("choice", of, value.name));
}

/** The first type that the form of the value fits. */
function resolveEither(resolver: OptionResolver, value: Expression, { types }: TypeOf<"either">, of: string): void {
  const name = calledName(value);
  const fits = (type: ValueType): boolean => {
    switch (type.kind) {
      case "map":
      case "ordered_map":
        return value.kind === "Map";
      case "list":
        return value.kind === "List";
      case "call":
        return name !== undefined && Object.hasOwn(schema.families[type.family], name);
      case "one_of":
        return value.kind === "Name" && type.options.includes(value.name);
      case "name":
        return value.kind === "Name" && declared(resolver.entry, value.name, type.of) !== undefined;
      default:
        return false;
    }
  };
  const type = types.find(fits);
  if (type) resolveValue(resolver, value, type, of);
  else resolver.expressions.expression(value, resolver.scope);
}

const kinds = { task: "Task", modality: "Modality", dataset: "Dataset", stage: "Stage" } as const;

function declared(entry: Names, name: string, of: keyof typeof kinds): SymbolDeclaration | undefined {
  const symbol = entry.get(name);
  return symbol?.kind === kinds[of] ? symbol : undefined;
}

function resolveDeclared(
  { table, scope, entry, expressions }: OptionResolver,
  value: Expression,
  of: keyof typeof kinds,
): void {
  if (value.kind !== "Name" && value.kind !== "String") return expressions.expression(value, scope);
  const symbol = declared(entry, value.kind === "Name" ? value.name : value.value, of);
  const definition = symbol && definitionOfDeclaration(symbol);
  if (value.kind === "Name") table.name(value, scope, definition ?? { kind: "dynamic", name: value.name });
  else if (definition) table.use(value, definition);
}

/** `all except ["task.**"]`, `"read.**"`, `[seen, classify]`. */
function resolvePatterns(resolver: OptionResolver, value: Expression): void {
  const { table, scope, expressions } = resolver;
  if (value.kind === "Except") {
    resolvePatterns(resolver, value.base);
    resolvePatterns(resolver, value.exceptions);
  } else if (value.kind === "List") for (const item of value.items) resolvePatterns(resolver, item);
  else if (value.kind === "String") resolvePattern(table, value, scope.file);
  else if (value.kind === "Name" && value.name === "all") table.name(value, scope, definitionOfBuiltin("all"));
  else expressions.expression(value, scope);
}

/** A loss sees the names that it is given. */
function inLoss(resolver: OptionResolver, loss: Expression): OptionResolver {
  const scope = givenNames(resolver.scope.file).reduce(
    (outer, name) => withLocal(outer, { kind: "given", name, of: loss }),
    bodyScope(resolver.scope, loss),
  );
  resolver.table.sees(scope, loss.span);
  return { ...resolver, scope };
}

/** `cross_entropy(label_smoothing: 10%) + 0.1 * penalty`: the name of a loss wins over other meanings. */
function resolveLoss(resolver: OptionResolver, value: Expression): void {
  if (value.kind === "Binary") {
    resolveLoss(resolver, value.left);
    resolveLoss(resolver, value.right);
    return;
  }
  const name = calledName(value);
  if (name !== undefined && Object.hasOwn(schema.families.loss, name)) resolveFamilyCall(resolver, value, "loss");
  else resolver.expressions.expression(value, resolver.scope);
}
