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

/** Options with every default filled in. Reports all faults, and returns `undefined` if there are any. */
export function resolveOptions(
  frame: Frame,
  table: OptionTable,
  given: readonly GivenOption[],
  of: { readonly name: string; readonly at: Span; readonly isCall?: true },
): { readonly [option: string]: AnyValue } | undefined {
  const resolved: { [option: string]: AnyValue } = {};
  const seen = new Set<string>();
  /** The options that unknown ones were most likely meant to be: they are not reported as missing too. */
  const misspelt = new Set(
    given
      .filter(({ name }) => !Object.hasOwn(table, currentName(table, name)))
      .map(({ name }) => nearestName(name, Object.keys(table))),
  );
  let sound = true;
  for (const { name: written, at, value } of given) {
    const name = currentName(table, written);
    if (name !== written) report(frame, "deprecated_option", at, { option: written, current: name });
    const definition = Object.hasOwn(table, name) ? table[name] : undefined;
    const known = Object.keys(table);
    if (!definition)
      report(frame, "unknown_option", at, {
        option: name,
        of: of.name,
        // An option that is given already is not what another one was meant to be.
        nearest: nearest(
          name,
          known.filter((option) => !given.some((other) => currentName(table, other.name) === option)),
        ),
        known: known.join(", ") || "no options",
      });
    else if (seen.has(name)) report(frame, "duplicate_option", at, { option: name });
    if (!definition || seen.has(name)) sound = false;
    seen.add(name);
    if (!definition || definition.type.kind === "stream") continue;
    const result = resolveOption(frame, value, definition.type, of.isCall ? `"${name}" of ${of.name}` : `"${name}"`);
    if (result === undefined) sound = false;
    else resolved[name] = result;
  }
  for (const [name, definition] of Object.entries(table)) {
    if (seen.has(name)) continue;
    if (definition.required && !misspelt.has(name)) {
      report(frame, "missing_option", of.at, {
        option: name,
        of: of.name,
        doc: `${typeInWords(definition.type)}: ${firstPhrase(definition.doc)}`,
        example: exampleOf(definition.type, (of) => allNames(frame.elaboration, of)),
      });
      sound = false;
    } else if (definition.default !== undefined && definition.type.kind !== "stream")
      resolved[name] = resolveDefault(frame.elaboration, definition.type, definition.default);
  }
  return sound ? resolved : undefined;
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
