import { schema } from "./schema.ts";
import type { CallableTable, OptionTable, ValueType } from "./types.ts";

/** The declarations that an option may name. */
export type DeclaredNames = (of: Extract<ValueType, { readonly kind: "name" }>["of"]) => readonly string[];

/**
 * An example of a value of a type as it would be written, to suggest for a missing option; `undefined` if no example is
 * useful.
 */
export function exampleOf(type: ValueType, names: DeclaredNames): string | undefined {
  switch (type.kind) {
    case "int":
      return String(Math.max(type.min ?? 1, 1));
    case "number":
      return String(Math.max(type.min ?? 0, 1e-3));
    case "rate":
      return "10%";
    case "duration":
    case "part":
      return "1";
    case "bool":
      return "true";
    case "string":
      return '"name"';
    case "one_of":
      return type.options[0];
    case "list": {
      const element = exampleOf(type.element, names);
      return element && `[${element}]`;
    }
    case "either":
      return type.types.map((each) => exampleOf(each, names)).find((each) => each !== undefined);
    case "call":
      return exampleOfFamily(schema.families[type.family], names);
    case "name":
      return names(type.of)[0];
    case "pattern":
      return "all";
    case "map":
    case "ordered_map":
    case "any":
    case "stream":
      return undefined;
  }
}

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
