import type { Entry, Expression, Span } from "../../../grammar/ast.ts";
import { keyOf } from "../../../grammar/written-names.ts";
import { nearest, nearestName } from "../../diagnostics/nearest.ts";
import { type Elaboration, report } from "../elaboration.ts";
import type { Frame } from "../frame.ts";
import { typeInWords } from "../../schema/describe-type.ts";
import { currentName } from "../../schema/current-names.ts";
import { exampleOf } from "../../schema/example-of.ts";
import { schema } from "../../schema/schema.ts";
import type { AnyValue, CallableTable, OptionDefinition, OptionTable, ValueType } from "../../schema/types.ts";
import { allNames } from "./declared-names.ts";
import { resolveOption } from "./resolve-option.ts";

export interface GivenOption {
  readonly name: string;
  readonly at: Span;
  readonly value: Expression;
}

export function givenOf(entries: readonly Entry[]): readonly GivenOption[] {
  return entries.map((entry) => ({ name: keyOf(entry), at: entry.key.span, value: entry.value }));
}

/** The declaration or call that has the options. */
interface Owner {
  readonly name: string;
  readonly at: Span;
  readonly isCall?: true;
}

/** The resolved value of an option by its name; empty if the option has no value, `undefined` if there is a fault. */
type Resolved = readonly (readonly [option: string, value: AnyValue])[] | undefined;

/** Options with every default filled in. Reports all faults, and returns `undefined` if there are any. */
export function resolveOptions(
  frame: Frame,
  table: OptionTable,
  given: readonly GivenOption[],
  of: Owner,
): { readonly [option: string]: AnyValue } | undefined {
  const options = currentOptions(table, given);
  const names = new Set(options.map(({ name }) => name));
  const unknown = [...names].filter((name) => !Object.hasOwn(table, name));
  /** The options that unknown ones were most likely meant to be: they are not reported as missing too. */
  const misspelt = new Set(unknown.map((name) => nearestName(name, Object.keys(table))));
  const resolved: readonly Resolved[] = [
    ...options.map((option) => resolveGiven(frame, table, option, names, of)),
    ...Object.entries(table)
      .filter(([name]) => !names.has(name))
      .map(([name, definition]) =>
        definition.required && !misspelt.has(name)
          ? reportMissing(frame, name, definition, of)
          : defaultOf(frame.elaboration, name, definition),
      ),
  ];
  const values = resolved.flatMap((each) => each ?? []);
  return resolved.includes(undefined) ? undefined : Object.fromEntries(values);
}

interface CurrentOption extends GivenOption {
  /** The name as it is written, which may be an earlier one. */
  readonly written: string;
  readonly isRepeated: boolean;
}

function currentOptions(table: OptionTable, given: readonly GivenOption[]): readonly CurrentOption[] {
  const seen = new Set<string>();
  return given.map((option) => {
    const name = currentName(table, option.name);
    const isRepeated = seen.has(name);
    seen.add(name);
    return { ...option, name, written: option.name, isRepeated };
  });
}

function resolveGiven(
  frame: Frame,
  table: OptionTable,
  { name, written, at, value, isRepeated }: CurrentOption,
  names: ReadonlySet<string>,
  of: Owner,
): Resolved {
  if (name !== written) report(frame, "deprecated_option", at, { option: written, current: name });
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!definition) return reportUnknown(frame, table, { name, at }, names, of);
  if (isRepeated) report(frame, "duplicate_option", at, { option: name });
  const { type } = definition;
  if (type.kind === "stream") return isRepeated ? undefined : [];
  const resolved = resolveOption(frame, value, type, of.isCall ? `"${name}" of ${of.name}` : `"${name}"`);
  return resolved === undefined || isRepeated ? undefined : [[name, resolved]];
}

function reportUnknown(
  frame: Frame,
  table: OptionTable,
  { name, at }: Pick<CurrentOption, "name" | "at">,
  names: ReadonlySet<string>,
  of: Owner,
): undefined {
  const known = Object.keys(table);
  // An option that is given already is not what another one was meant to be.
  const free = known.filter((option) => !names.has(option));
  const meant = nearest(name, free);
  report(frame, "unknown_option", at, {
    option: name,
    of: of.name,
    nearest: meant,
    elsewhere: meant?.isCertain === true || of.isCall ? undefined : optionElsewhere(name, table),
    known: known.join(", ") || "no options",
  });
  return undefined;
}

/** The option of another kind of declaration that has this name, or one that is mistyped by little. */
function optionElsewhere(name: string, own: OptionTable): { readonly option: string; readonly of: string } | undefined {
  const tables = Object.entries<OptionTable>(schema.declarations).filter(([, table]) => table !== own);
  for (const [of, table] of tables) if (Object.hasOwn(table, name)) return { option: name, of };
  for (const [of, table] of tables) {
    const meant = nearest(name, Object.keys(table));
    if (meant !== undefined && meant.name.length > 3 && Math.abs(meant.name.length - name.length) < 2)
      return { option: meant.name, of };
  }
  return undefined;
}

function reportMissing(frame: Frame, name: string, { type, doc }: OptionDefinition, of: Owner): undefined {
  report(frame, "missing_option", of.at, {
    option: name,
    of: of.name,
    doc: `${typeInWords(type)}: ${firstPhrase(doc)}`,
    example: exampleOf(type, (declared) => allNames(frame.elaboration, declared)),
  });
  return undefined;
}

function defaultOf(elaboration: Elaboration, name: string, { type, default: value }: OptionDefinition): Resolved {
  return value === undefined || type.kind === "stream" ? [] : [[name, resolveDefault(elaboration, type, value)]];
}

function firstPhrase(doc: string): string {
  return doc.charAt(0).toLowerCase() + doc.slice(1).replace(/[.:] [^]*$/u, "");
}

/** A default as the schema writes it, in resolved form. */
export function resolveDefault(
  elaboration: Elaboration,
  type: ValueType,
  value: NonNullable<OptionDefinition["default"]>,
): AnyValue {
  switch (type.kind) {
    case "call": {
      const table: CallableTable = schema.families[type.family];
      const options = Object.entries(table[String(value)]?.options ?? {});
      return {
        kind: String(value),
        ...Object.fromEntries(
          options.flatMap(([name, option]) =>
            option.default === undefined ? [] : [[name, resolveDefault(elaboration, option.type, option.default)]],
          ),
        ),
      };
    }
    case "duration":
    case "part":
      return typeof value === "string"
        ? { unit: "share", value: Number.parseFloat(value) / 100 }
        : { unit: type.kind === "duration" ? "steps" : "rows", value: Number(value) };
    case "list":
      return value === "all" && type.element.kind === "name" ? allNames(elaboration, type.element.of) : value;
    default:
      return value;
  }
}
