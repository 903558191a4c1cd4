import type { Measure } from "../elaborate/units.ts";
import type { Families, FamilyName } from "./families.ts";

/** The types of compile-time values that an option can take. Checker, manual, completion and JSON Schema read this. */
export type ValueType =
  /** `measure` is set if the number may be written with a unit of that measure. */
  | { readonly kind: "int"; readonly min?: number; readonly max?: number; readonly measure?: Measure }
  | { readonly kind: "number"; readonly min?: number; readonly max?: number; readonly measure?: Measure }
  /** A fraction between 0 and 1, usually written in percent. */
  | { readonly kind: "rate" }
  /** A number of steps (`500`) or a fraction of the stage (`5%`). */
  | { readonly kind: "duration" }
  /** A number of rows (`64`) or a fraction of them (`1%`). */
  | { readonly kind: "part" }
  | { readonly kind: "bool" }
  /** `names` is set if the string names something that can be looked up. */
  | { readonly kind: "string"; readonly names?: StringNames }
  | { readonly kind: "one_of"; readonly options: readonly string[] }
  /** A `distinct` list may not have an element twice. */
  | { readonly kind: "list"; readonly element: ValueType; readonly distinct?: true }
  | { readonly kind: "map"; readonly value: ValueType; readonly keys?: MapKeys }
  /**
   * A map whose order has a meaning. It is a list of pairs, because a JavaScript object would put keys that look like
   * integers first.
   */
  | { readonly kind: "ordered_map"; readonly value: ValueType; readonly keys?: MapKeys }
  /** The first type that fits. */
  | { readonly kind: "either"; readonly types: readonly ValueType[] }
  /** A call of a family's member: `adamw(rate: 1e-3)`; a bare name is a call without arguments. */
  | { readonly kind: "call"; readonly family: FamilyName }
  /** The name of a declaration; `all` means every declaration if a list is expected. */
  | { readonly kind: "name"; readonly of: "task" | "modality" | "dataset" | "stage" }
  /** Globs over names of weights, streams and layers, with exceptions. */
  | { readonly kind: "pattern" }
  /** Any compile-time value: the type of the value of a param. */
  | { readonly kind: "any" }
  /** A stream, a layer value or a loss, which elaboration evaluates. It is never part of the resolved specification. */
  | { readonly kind: "stream" };

/**
 * The thing that a string names: a column of the data, a table, a folder or file with weights, a measure of a validation such as
 * `task.metric`, a task, or a file of another kind.
 */
export type StringNames = "column" | "table" | "weights" | "measure" | "task" | "file";

/**
 * The keys that a map may have: names of declarations, columns of the data, or one of a few words. A `field` is a modality, or the column of a
 * target.
 */
export type MapKeys = "task" | "modality" | "param" | "field" | "column" | readonly string[];

export interface OptionDefinition {
  readonly type: ValueType;
  /** The default as written in a specification. An option with neither a default nor `required` may be absent. */
  readonly default?: number | string | boolean | readonly string[];
  readonly required?: true;
  /** Earlier names of the option. They are accepted in specifications and in files of earlier versions. */
  readonly deprecated?: readonly string[];
  /** `tokens`, `pixels`, `steps`, `seconds` … */
  readonly unit?: string;
  readonly doc: string;
}

export type OptionTable = { readonly [option: string]: OptionDefinition };

/** A member of a family. The order of its options is the order of positional arguments. */
export interface CallableDefinition {
  readonly doc: string;
  /** Paper and equation or section, or the library with the definition. */
  readonly source?: string;
  readonly options: OptionTable;
}

export type CallableTable = { readonly [name: string]: CallableDefinition };

// ---------------------------------------------------------------- types of resolved values

export interface Patterns {
  readonly include: readonly string[];
  readonly except: readonly string[];
}

/** The entries of a map, in the order in which they are written. */
export type OrderedMap<Value> = readonly (readonly [key: string, value: Value])[];

export interface Duration {
  readonly unit: "steps" | "share";
  readonly value: number;
}

export interface Part {
  readonly unit: "rows" | "share";
  readonly value: number;
}

export type AnyValue = number | string | boolean | null | readonly AnyValue[] | { readonly [key: string]: AnyValue };

export type Resolved<Type extends ValueType> = Type extends { kind: "int" | "number" | "rate" }
  ? number
  : Type extends { kind: "duration" }
    ? Duration
    : Type extends { kind: "part" }
      ? Part
      : Type extends { kind: "bool" }
        ? boolean
        : Type extends { kind: "string" | "name" }
          ? string
          : Type extends { kind: "one_of"; options: readonly (infer Option)[] }
            ? Option
            : Type extends { kind: "list"; element: infer Element extends ValueType }
              ? readonly Resolved<Element>[]
              : Type extends { kind: "map"; value: infer Value extends ValueType }
                ? { readonly [key: string]: Resolved<Value> }
                : Type extends { kind: "ordered_map"; value: infer Value extends ValueType }
                  ? OrderedMap<Resolved<Value>>
                  : Type extends { kind: "either"; types: readonly (infer Alternative extends ValueType)[] }
                    ? Resolved<Alternative>
                    : Type extends { kind: "call"; family: infer Family extends FamilyName }
                      ? ResolvedCall<Families[Family]>
                      : Type extends { kind: "pattern" }
                        ? Patterns
                        : Type extends { kind: "any" }
                          ? AnyValue
                          : never;

type Present<Options extends OptionTable> = {
  [Name in keyof Options]: Options[Name] extends { default: unknown } | { required: true } ? Name : never;
}[keyof Options];

type StreamOptions<Options extends OptionTable> = {
  [Name in keyof Options]: Options[Name]["type"] extends { kind: "stream" } ? Name : never;
}[keyof Options];

/**
 * Options that are required or have a default are always present; the others may be absent. Streams are elaborated, not
 * resolved.
 */
export type ResolvedOptions<Options extends OptionTable> = {
  readonly [Name in Exclude<Present<Options>, StreamOptions<Options>>]: Resolved<Options[Name]["type"]>;
} & {
  readonly [Name in Exclude<keyof Options, Present<Options> | StreamOptions<Options>>]?: Resolved<
    Options[Name]["type"]
  >;
};

/** `{ kind: "adamw", rate: 0.001, … }`: a tagged union over the members of a family. */
export type ResolvedCall<Table extends CallableTable> = {
  [Name in keyof Table & string]: { readonly kind: Name } & ResolvedOptions<Table[Name]["options"]>;
}[keyof Table & string];
