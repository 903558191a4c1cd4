import type { ValueType } from "./types.ts";

/** A type in words, for the manual and for messages: `int 1..4096`, `one of contain, cover`, `list of tasks`. */
export function describeType(type: ValueType): string {
  return (descriptions[type.kind] as (type: ValueType) => string)(type);
}

const descriptions: { readonly [Kind in ValueType["kind"]]: (type: Extract<ValueType, { kind: Kind }>) => string } = {
  int: ({ min, max }) => `int${range(min, max)}`,
  number: ({ min, max }) => `number${range(min, max)}`,
  rate: () => "rate",
  duration: () => "duration",
  bool: () => "bool",
  string: () => "string",
  one_of: ({ options }) => `one of ${options.join(", ")}`,
  list: ({ element }) => `list of ${describeType(element)}`,
  map: ({ value }) => `map of ${describeType(value)}`,
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
