import { schema } from "./schema.ts";
import type { CallableTable, OptionTable, ValueType } from "./types.ts";

/** The declarations that an option may name. */
export type DeclaredNames = (of: Extract<ValueType, { readonly kind: "name" }>["of"]) => readonly string[];

/**
 * An example of a value of a type as it would be written, to suggest for a missing option; `undefined` if no example is
 * useful.
 */
export function exampleOf(type: ValueType, names: DeclaredNames): string | undefined {
  return (examples[type.kind] as Example<ValueType["kind"]>)(type, names);
}

type Example<Kind extends ValueType["kind"]> = (
  type: Extract<ValueType, { readonly kind: Kind }>,
  names: DeclaredNames,
) => string | undefined;

const examples: { readonly [Kind in ValueType["kind"]]: Example<Kind> } = {
  int: ({ min = 1 }) => String(Math.max(min, 1)),
  number: ({ min = 0 }) => String(Math.max(min, 1e-3)),
  rate: () => "10%",
  duration: () => "1",
  part: () => "1",
  bool: () => "true",
  string: () => '"name"',
  one_of: ({ options }) => options[0],
  list: (type, names) => {
    const element = exampleOf(type.element, names);
    return element && `[${element}]`;
  },
  either: ({ types }, names) => types.map((each) => exampleOf(each, names)).find((each) => each !== undefined),
  call: ({ family }, names) => exampleOfFamily(schema.families[family], names),
  name: (type, names) => names(type.of)[0],
  pattern: () => "all",
  map: () => undefined,
  ordered_map: () => undefined,
  any: () => undefined,
  stream: () => undefined,
};

/** The first member of a family that has an example of each option that it requires. */
function exampleOfFamily(family: CallableTable, names: DeclaredNames): string | undefined {
  for (const [name, { options }] of Object.entries(family)) {
    const given = requiredOptions(options).map(([option, { type }]) => [option, exampleOf(type, names)] as const);
    if (given.some(([, value]) => value === undefined)) continue;
    const written = given.map(([option, value]) => `${option}: ${value}`).join(", ");
    return written === "" ? name : `${name}(${written})`;
  }
  return undefined;
}

function requiredOptions(options: OptionTable): readonly (readonly [string, OptionTable[string]])[] {
  return Object.entries(options).filter(([, { required }]) => required);
}
