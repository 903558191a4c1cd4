import type { Expression, TypeExpression } from "../../grammar/ast.ts";

export type StreamKind = "tokens" | "vector" | "grid" | "ids" | "volume" | "regions" | "scalar" | "tensor";

/** The type of a block's parameter. Streams fill one lane of positional arguments, compile-time values the other. */
export type ParameterType =
  | { readonly kind: "stream"; readonly of: StreamKind | "stream" }
  | { readonly kind: "list"; readonly element: ParameterType }
  | { readonly kind: "optional"; readonly inner: ParameterType }
  | ({ readonly kind: "int" | "number" } & Range)
  | { readonly kind: "rate" | "bool" | "string" | "block" | "initializer" | "any" }
  | { readonly kind: "one_of"; readonly options: readonly string[] };

export type ParameterTypeOf<Kind extends ParameterType["kind"]> = ParameterType & { readonly kind: Kind };

/** Both bounds belong to the range; one that is absent does not bound. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

export function isBeyond(value: number, { min = -Infinity, max = Infinity }: Range): boolean {
  return value < min || value > max;
}

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

/** Tells if a stream fits a kind. `tensor` accepts any shape, and regions are tokens that also carry boxes. */
export function acceptsKind(of: StreamKind | "stream", kind: StreamKind): boolean {
  return of === "stream" || of === "tensor" || kind === of || (of === "tokens" && kind === "regions");
}

const descriptions: { readonly [Kind in ParameterType["kind"]]: (type: ParameterTypeOf<Kind>) => string } = {
  stream: ({ of }) => (withoutArticle.has(of) ? of : `a ${of}`),
  list: ({ element }) => `a list of ${describeType(element).replace(/^an? /u, "")}${isAnyStream(element) ? "s" : ""}`,
  optional: ({ inner }) => `${describeType(inner)} or none`,
  int: (range) => `a whole number${describeRange(range)}`,
  number: (range) => `a number${describeRange(range)}`,
  rate: () => "a rate between 0 and 1",
  bool: () => "true or false",
  string: () => "a string",
  block: () => "a block or layer value",
  initializer: () => "an initializer such as normal(0.02)",
  any: () => "a value",
  one_of: ({ options }) => `one of ${options.join(", ")}`,
};
const withoutArticle: ReadonlySet<StreamKind | "stream"> = new Set(["tokens", "ids", "regions"]);

export function describeType(type: ParameterType): string {
  const description = descriptions[type.kind] as (type: ParameterType) => string;
  return description(type);
}

function describeRange({ min, max }: Range): string {
  return min === undefined && max === undefined ? "" : ` in ${min ?? ""}..${max ?? ""}`;
}

function isAnyStream(type: ParameterType): boolean {
  return type.kind === "stream" && type.of === "stream";
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
