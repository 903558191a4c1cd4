import { knownSemantics } from "../semantics.ts";

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export type Properties = { readonly [name: string]: JsonSchema };

export const string: JsonSchema = { type: "string" };
export const number: JsonSchema = { type: "number" };
export const count: JsonSchema = { type: "integer", minimum: 0 };
/** Number of the semantics under which a specification is read (`compiler/semantics.ts`). */
export const semanticsSchema: JsonSchema = { enum: knownSemantics };

/** A fold of cross validation. */
export const foldSchema: JsonSchema = {
  type: "object",
  properties: { index: { type: "integer", minimum: 1 }, of: { type: "integer", minimum: 2 } },
  required: ["index", "of"],
  additionalProperties: false,
};

/** An object with exactly these properties: properties that a newer version added are refused, not ignored. */
export function object(required: Properties, optional: Properties = {}): JsonSchema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

export function map(value: JsonSchema): JsonSchema {
  return { type: "object", additionalProperties: value };
}

export function list(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}
