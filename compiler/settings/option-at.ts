import type { Argument, CallExpression, Entry, Expression, Identifier } from "../../grammar/ast.ts";
import { calledName, keyOf } from "../../grammar/written-names.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { currentName } from "../schema/current-names.ts";
import { schema } from "../schema/schema.ts";
import type { CallableTable, OptionDefinition, OptionTable, ValueType } from "../schema/types.ts";
import type { Segment } from "./setting.ts";

/** An option that a path leads to. */
export interface OptionAt<Whole> {
  readonly type: ValueType;
  /** The value as it is written; `undefined` where the specification leaves it to its default. */
  readonly written: Expression | undefined;
  /** The whole with another value of the option. */
  readonly withValue: (value: Expression) => Whole;
}

type Found<Whole> = OptionAt<Whole> | undefined;

/** The rest of a path, and what was followed of it. */
export interface Path {
  readonly rest: readonly Segment[];
  readonly followed: string;
  readonly reporter: Reporter;
}

/** The option of a declaration, or a part of its value. Reports a name that leads nowhere. */
export function optionOfEntries(
  { entries, table, of }: { readonly entries: readonly Entry[]; readonly table: OptionTable; readonly of: string },
  path: Path,
): Found<readonly Entry[]> {
  const named = optionNamed(table, of, path);
  if (!named) return undefined;
  const { key, definition } = named;
  const index = entries.findIndex((entry) => currentName(table, keyOf(entry)) === key.name);
  return valueAt(entries[index]?.value ?? defaultValue(definition, key), definition.type, next(path), (value) =>
    withEntry(entries, index, key, value),
  );
}

/** The value itself, or a part of it where the path continues. */
export function valueAt<Whole>(
  written: Expression | undefined,
  type: ValueType,
  path: Path,
  withValue: (value: Expression) => Whole,
): Found<Whole> {
  if (path.rest.length === 0) return { type, written, withValue };
  const types = type.kind === "either" ? type.types : [type];
  const part = firstOf(types, (each) => (partFinders[each.kind] as PartFinder<ValueType["kind"]>)(written, each, path));
  if (part === "none") {
    const [segment] = path.rest;
    if (segment)
      path.reporter.report("setting_without_parts", segment.span, { path: path.followed, part: segment.name });
    return undefined;
  }
  return part && { ...part, withValue: (value) => withValue(part.withValue(value)) };
}

type TypeOf<Kind extends ValueType["kind"]> = Extract<ValueType, { readonly kind: Kind }>;

/** `none` where a value that is written like this has no parts by this type; `undefined` after a report. */
type PartFinder<Kind extends ValueType["kind"]> = (
  written: Expression | undefined,
  type: TypeOf<Kind>,
  path: Path,
) => Found<Expression> | "none";

const whole = () => "none" as const;

const partFinders: { readonly [Kind in ValueType["kind"]]: PartFinder<Kind> } = {
  call: argumentOfCall,
  map: entryOfMap,
  ordered_map: entryOfMap,
  list: itemOfList,
  either: whole,
  int: whole,
  number: whole,
  rate: whole,
  duration: whole,
  part: whole,
  bool: whole,
  string: whole,
  one_of: whole,
  name: whole,
  pattern: whole,
  any: whole,
  stream: whole,
};

/** An option of a call, which is written by its name or by its position. */
function argumentOfCall(
  written: Expression | undefined,
  { family }: TypeOf<"call">,
  path: Path,
): Found<Expression> | "none" {
  const members: CallableTable = schema.families[family];
  const of = written ? calledName(written) : onlyMember(members);
  const member = of !== undefined && Object.hasOwn(members, of) ? members[of] : undefined;
  const [segment] = path.rest;
  if (of === undefined || !member || !segment) return "none";
  const table = member.options;
  const named = optionNamed(table, of, path);
  if (!named) return undefined;
  const { key, definition } = named;
  const given = written?.kind === "Call" ? written.arguments : [];
  const index = argumentIndex(given, key.name, table);
  const callee = written?.kind === "Call" ? written.callee : { kind: "Name" as const, span: segment.span, name: of };
  const span = written?.span ?? segment.span;
  return valueAt(
    given[index]?.value ?? defaultValue(definition, key),
    definition.type,
    next(path),
    (value): CallExpression => ({
      kind: "Call",
      span,
      callee,
      arguments: withArgument(given, index, key, { value, takesAll: definition.type.kind === "list" }),
    }),
  );
}

function entryOfMap(
  written: Expression | undefined,
  { value: type }: TypeOf<"map" | "ordered_map">,
  path: Path,
): Found<Expression> | "none" {
  const [segment] = path.rest;
  if (!segment || (written !== undefined && written.kind !== "Map")) return "none";
  const entries = written?.entries ?? [];
  const index = entries.findIndex((entry) => keyOf(entry) === segment.name);
  return valueAt(entries[index]?.value, type, next(path), (value) => ({
    kind: "Map",
    span: written?.span ?? segment.span,
    entries: withEntry(entries, index, identifier(segment, segment.name), value),
  }));
}

/** The one call of a list that has this name: `augment.crop` of `[flip, crop(padding: 2)]`. */
function itemOfList(
  written: Expression | undefined,
  { element }: TypeOf<"list">,
  path: Path,
): Found<Expression> | "none" {
  const [segment] = path.rest;
  if (!segment || written?.kind !== "List") return "none";
  const { items } = written;
  const [index = -1, ...more] = items.flatMap((item, at) => (calledName(item) === segment.name ? [at] : []));
  if (index < 0 || more.length > 0) return "none";
  return valueAt(items[index], element, next(path), (value) => ({ ...written, items: items.with(index, value) }));
}

interface Named {
  readonly key: Identifier;
  readonly definition: OptionDefinition;
}

function optionNamed(table: OptionTable, of: string, { rest: [segment], reporter }: Path): Named | undefined {
  if (!segment) return undefined;
  const name = currentName(table, segment.name);
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (definition) return { key: identifier(segment, name), definition };
  const known = Object.keys(table);
  reporter.report("unknown_option", segment.span, {
    option: segment.name,
    of,
    nearest: nearest(segment.name, known),
    known: known.join(", ") || "no options",
  });
  return undefined;
}

/** Positional arguments are the options in the order of the table, as `resolveCall` reads them. */
function argumentIndex(given: readonly Argument[], name: string, table: OptionTable): number {
  const byName = given.findIndex((argument) => argument.name && currentName(table, argument.name.name) === name);
  if (byName >= 0) return byName;
  const positional = given.flatMap((argument, index) => (argument.name ? [] : [index]));
  return positional[Object.keys(table).indexOf(name)] ?? -1;
}

/** A positional list takes all remaining positional arguments, which its new value replaces. */
function withArgument(
  given: readonly Argument[],
  index: number,
  name: Identifier,
  { value, takesAll }: { readonly value: Expression; readonly takesAll: boolean },
): readonly Argument[] {
  const written = given[index];
  if (!written) return [...given, { kind: "Argument", span: name.span, name, value }];
  const kept = takesAll && !written.name ? given.filter((argument, at) => at <= index || argument.name) : given;
  return kept.with(index, { ...written, value });
}

function withEntry(entries: readonly Entry[], index: number, key: Identifier, value: Expression): readonly Entry[] {
  const written = entries[index];
  return written
    ? entries.with(index, { ...written, value })
    : [...entries, { kind: "Entry", span: key.span, key, value }];
}

/** The member of a family that a specification need not name, because there is no other. */
function onlyMember(table: CallableTable): string | undefined {
  const [name, ...others] = Object.keys(table);
  return others.length === 0 ? name : undefined;
}

/** The default of an option that is a call, whose own options can then be set. */
function defaultValue({ type, default: value }: OptionDefinition, { span }: Identifier): Expression | undefined {
  return type.kind === "call" && typeof value === "string" ? { kind: "Name", span, name: value } : undefined;
}

function next({ rest: [segment, ...rest], followed, reporter }: Path): Path {
  return { rest, followed: `${followed}.${segment?.name ?? ""}`, reporter };
}

function identifier({ span }: Segment, name: string): Identifier {
  return { kind: "Identifier", span, name };
}

function firstOf<Item, Result>(items: readonly Item[], find: (item: Item) => Result | "none"): Result | "none" {
  for (const item of items) {
    const found = find(item);
    if (found !== "none") return found;
  }
  return "none";
}
