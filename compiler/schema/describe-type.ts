import { measureNames } from "../elaborate/units.ts";
import type { ValueType } from "./types.ts";

/** Describes a type in the manual and in messages: `int 1..4096`, `one of contain, cover`, `list of tasks`. */
export function describeType(type: ValueType): string {
  return (descriptions[type.kind] as (type: ValueType) => string)(type);
}

/** Describes a type in a sentence: `a whole number of at least 1`. */
export function typeInWords(type: ValueType): string {
  switch (type.kind) {
    case "int":
    case "number":
      return `${type.kind === "int" ? "a whole number" : "a number"}${type.measure ? ` of ${measureNames[type.measure]}` : ""}${rangeInWords(type)}`;
    case "rate":
      return "a fraction between 0% and 100%";
    case "duration":
      return "a number of steps, or a fraction such as 5%";
    case "part":
      return "a number of rows, or a fraction such as 1%";
    case "bool":
      return "true or false";
    case "string":
      return "a string";
    case "list":
      return `a list, each element ${typeInWords(type.element)}`;
    case "map":
    case "ordered_map":
      return `a map such as { name: value }, each value ${typeInWords(type.value)}`;
    case "either":
      return type.types.map(typeInWords).join(", or ");
    case "name":
      return `the name of a ${type.of}`;
    case "any":
      return "a value that is known at compile time";
    default:
      return describeType(type);
  }
}

function rangeInWords({ min, max }: { readonly min?: number; readonly max?: number }): string {
  if (min !== undefined && max !== undefined) return ` in ${min}..${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

const descriptions: { readonly [Kind in ValueType["kind"]]: (type: Extract<ValueType, { kind: Kind }>) => string } = {
  int: ({ min, max }) => `int${range(min, max)}`,
  number: ({ min, max }) => `number${range(min, max)}`,
  rate: () => "rate",
  duration: () => "duration",
  part: () => "rows or fraction",
  bool: () => "bool",
  string: () => "string",
  one_of: ({ options }) => `one of ${options.join(", ")}`,
  list: ({ element }) => `list of ${describeType(element)}`,
  map: ({ value }) => `map of ${describeType(value)}`,
  ordered_map: ({ value }) => `map of ${describeType(value)}`,
  either: ({ types }) => types.map(describeType).join(" or "),
  call: ({ family }) => family.replaceAll("_", " "),
  name: ({ of }) => `name of a ${of}`,
  pattern: () => "pattern",
  any: () => "any value",
  stream: () => "expression",
};

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` ${min}..${max}`;
  if (min !== undefined) return ` ≥ ${min}`;
  return max === undefined ? "" : ` ≤ ${max}`;
}
