import type { JsonSchema } from "./input-schema.ts";

export function oneOrMany(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: "array", items: { anyOf: [schema, reference("Failure")] } }] };
}

export function exampleBody(form: JsonSchema, schema: JsonSchema): JsonSchema {
  return { required: true, content: { "application/json": { schema }, "multipart/form-data": { schema: form } } };
}

export const failure: JsonSchema = {
  description: "The request is refused",
  content: { "application/json": { schema: reference("Failure") } },
};

export function operation(summary: string, schema: JsonSchema): JsonSchema {
  return {
    summary,
    responses: {
      "200": { description: summary, content: { "application/json": { schema } } },
      "4XX": failure,
      "503": { ...failure, description: "Too much waits; the header Retry-After says when to try again" },
    },
  };
}

/** An operation that needs no token. */
export function open(described: JsonSchema): JsonSchema {
  return { ...described, security: [] };
}

export function query(name: string, description: string): JsonSchema {
  return { name, in: "query", required: false, description, schema: { type: "string" } };
}

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
