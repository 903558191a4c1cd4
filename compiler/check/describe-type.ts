import { schema } from "../schema/schema.ts";
import type { ValueType } from "../schema/types.ts";

/** A type of the schema in words, for messages. */
export function describeValueType(type: ValueType): string {
  switch (type.kind) {
    case "int":
    case "number": {
      const name = type.kind === "int" ? "a whole number" : "a number";
      return type.min === undefined && type.max === undefined ? name : `${name} in ${type.min ?? ""}..${type.max ?? ""}`;
    }
    case "rate":
      return "a share between 0 and 1 (such as 10%)";
    case "duration":
      return "a count of steps or a share such as 5%";
    case "bool":
      return "true or false";
    case "string":
      return "a string";
    case "one_of":
      return `one of ${type.options.join(", ")}`;
    case "list":
      return `a list of which each element is ${describeValueType(type.element)}`;
    case "map":
      return `a map { name: … } of which each value is ${describeValueType(type.value)}`;
    case "either":
      return type.types.map(describeValueType).join(", or ");
    case "call":
      return `one of ${Object.keys(schema.families[type.family]).join(", ")}`;
    case "name":
      return `the name of a ${type.of}`;
    case "pattern":
      return 'a pattern such as "seen.**", a name, or a list of them';
    case "any":
      return "a value";
    case "stream":
      return "a stream";
  }
}
