import type { Expression, TypeExpression } from "../../grammar/ast.ts";

export type StreamKind = "tokens" | "vector" | "grid" | "ids" | "volume" | "regions" | "scalar" | "tensor";

/** The type of a block's parameter. Streams fill one lane of positional arguments, compile-time values the other. */
export type ParameterType =
  | { readonly kind: "stream"; readonly of: StreamKind | "stream" }
  | { readonly kind: "list"; readonly element: ParameterType }
  | { readonly kind: "optional"; readonly inner: ParameterType }
  | { readonly kind: "int" | "number"; readonly min?: number; readonly max?: number }
  | { readonly kind: "rate" | "bool" | "string" | "block" | "initializer" | "any" }
  | { readonly kind: "one_of"; readonly options: readonly string[] };

const streamKinds: ReadonlySet<string> = new Set([
  "tokens",
  "vector",
  "grid",
  "ids",
  "volume",
  "regions",
  "scalar",
  "tensor",
  "stream",
]);
const plainTypes: ReadonlySet<string> = new Set(["rate", "bool", "string", "block", "initializer", "any"]);

/** The names a parameter's type can have, for did-you-mean. */
export const typeNames: readonly string[] = [...streamKinds, ...plainTypes, "int", "number"];

/** The meaning of a type as written; `undefined` for an unknown name. */
export function parameterType(type: TypeExpression): ParameterType | undefined {
  switch (type.kind) {
    case "NamedType": {
      const name = type.name.name;
      if (streamKinds.has(name)) return { kind: "stream", of: name as StreamKind | "stream" };
      if (plainTypes.has(name)) return { kind: name as "rate" };
      if (name !== "int" && name !== "number") return undefined;
      const bound = (side: Expression | undefined): number | undefined =>
        side?.kind === "Number" ? side.value : undefined;
      const min = bound(type.range?.from);
      const max = bound(type.range?.to);
      return { kind: name, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    }
    case "ListType": {
      const element = parameterType(type.element);
      return element && { kind: "list", element };
    }
    case "OptionalType": {
      const inner = parameterType(type.inner);
      return inner && { kind: "optional", inner };
    }
    case "OneOfType":
      return {
        kind: "one_of",
        options: type.options.map((option) => (option.kind === "String" ? option.value : option.name)),
      };
    case "TupleType":
      return undefined;
  }
}

export function isStreamType(type: ParameterType): boolean {
  if (type.kind === "list") return isStreamType(type.element);
  if (type.kind === "optional") return isStreamType(type.inner);
  return type.kind === "stream";
}

export function describeType(type: ParameterType): string {
  switch (type.kind) {
    case "stream":
      return type.of === "stream"
        ? "a stream"
        : type.of === "tokens" || type.of === "ids" || type.of === "regions"
          ? type.of
          : `a ${type.of}`;
    case "list":
      return `a list of ${describeType(type.element).replace(/^an? /u, "")}${type.element.kind === "stream" && type.element.of === "stream" ? "s" : ""}`;
    case "optional":
      return `${describeType(type.inner)} or none`;
    case "int":
    case "number": {
      const name = type.kind === "int" ? "a whole number" : "a number";
      return type.min === undefined && type.max === undefined
        ? name
        : `${name} in ${type.min ?? ""}..${type.max ?? ""}`;
    }
    case "rate":
      return "a rate between 0 and 1";
    case "bool":
      return "true or false";
    case "string":
      return "a string";
    case "block":
      return "a block or layer value";
    case "initializer":
      return "an initializer such as normal(0.02)";
    case "any":
      return "a value";
    case "one_of":
      return `one of ${type.options.join(", ")}`;
  }
}

/** A value of a type as it would be written, for a parameter that is missing. */
export function exampleOfParameter(type: ParameterType): string | undefined {
  switch (type.kind) {
    case "int":
    case "number":
      return String(Math.max(type.min ?? 1, 1));
    case "rate":
      return "10%";
    case "bool":
      return "true";
    case "one_of":
      return type.options[0];
    default:
      return undefined;
  }
}
