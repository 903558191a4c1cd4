import { packageVersion } from "../../runtime/package-version.ts";
import type { AddressedModel } from "../models/served-models.ts";
import type { JsonSchema } from "./input-schema.ts";
import { modelPaths, modelSchemas } from "./model-paths.ts";
import { open, operation } from "./operations.ts";
import { tensorSchemas } from "./tensor-schemas.ts";

interface OpenApiSettings {
  readonly models: readonly AddressedModel[];
  readonly needsToken: boolean;
}

/** The addresses of a server with what they take and give, as OpenAPI 3.1 describes it. */
export function openApi({ models, needsToken }: OpenApiSettings): JsonSchema {
  return {
    openapi: "3.1.0",
    info: { title: "mtl serve", version: packageVersion() },
    ...(needsToken ? { security: [{ token: [] }] } : {}),
    paths: Object.fromEntries([...serverPaths, ...models.flatMap(modelPaths)]),
    components: {
      schemas: {
        Failure: {
          type: "object",
          properties: { error: { type: "string" }, code: { type: "string" }, hint: { type: "string" } },
          required: ["error", "code"],
        },
        ...tensorSchemas,
        ...Object.fromEntries(models.flatMap(modelSchemas)),
      },
      ...(needsToken ? { securitySchemes: { token: { type: "http", scheme: "bearer" } } } : {}),
    },
  };
}

const serverPaths: readonly (readonly [string, JsonSchema])[] = [
  ["/v2", { get: operation("The server's name and version", { type: "object" }) }],
  ["/v2/health/live", { get: open(operation("The server lives", { type: "object" })) }],
  ["/v2/health/ready", { get: open(operation("The server takes requests", { type: "object" })) }],
  [
    "/models",
    { get: operation("All models with their tasks and modalities", { type: "array", items: { type: "object" } }) },
  ],
  [
    "/metrics",
    {
      get: {
        summary: "Figures for Prometheus",
        responses: { "200": { description: "Figures", content: { "text/plain": { schema: { type: "string" } } } } },
      },
    },
  ],
];
