import { tableColumns } from "../../compiler/features/table-columns.ts";
import type { ResolvedModality } from "../../runtime/index.ts";

export type JsonSchema = { readonly [keyword: string]: unknown };

type ModalityOf<Kind extends ResolvedModality["kind"]> = Extract<ResolvedModality, { readonly kind: Kind }>;

/** A file: a data URI, bytes as base64, or a name if the server reads files. */
function file(what: string): JsonSchema {
  return {
    description: `${what}: a data URI, or {"b64": …}; in a form a file`,
    oneOf: [
      { type: "string" },
      {
        type: "object",
        properties: { b64: { type: "string", contentEncoding: "base64" } },
        required: ["b64"],
        additionalProperties: false,
      },
    ],
  };
}

/** The values of each kind of modality. */
const schemas: { readonly [Kind in ResolvedModality["kind"]]: (modality: ModalityOf<Kind>) => JsonSchema } = {
  text: ({ max_length: length, segments }) =>
    segments === 1
      ? { type: "string", description: `A text, of which the first ${length} tokens are read` }
      : {
          type: "array",
          items: { type: "string" },
          minItems: 1,
          maxItems: segments,
          description: "Texts, one for each segment",
        },
  image: ({ width, height }) => file(`A picture, which is resized to ${width} × ${height}`),
  audio: ({ seconds }) => file(`A sound, of which the first ${seconds} s are read`),
  video: ({ frames }) => ({
    type: "array",
    items: file("A frame"),
    description: `The frames in their order, of which ${frames} are used`,
  }),
  regions: ({ width }) => ({
    type: "object",
    properties: {
      features: matrix(width),
      boxes: matrix(4),
      size: { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 },
    },
    required: ["features", "boxes"],
    description: "Regions of a picture; boxes are in pixels if `size` gives its width and height, else in fractions",
  }),
  table: (modality) => ({
    type: "object",
    properties: Object.fromEntries(
      tableColumns(modality).map(({ name, kind }) => [
        name,
        { type: kind === "numeric" ? ["number", "string", "null"] : ["string", "number", "boolean", "null"] },
      ]),
    ),
    additionalProperties: false,
    description: "A row of a table; a column that is absent or null is missing",
  }),
  series: ({ channels, steps }) =>
    typeof channels === "number"
      ? {
          type: "array",
          items:
            channels === 1
              ? { type: ["number", "null", "array"] }
              : { type: "array", minItems: channels, maxItems: channels },
          description: `A list of steps, of which ${steps} are read`,
        }
      : {
          type: "object",
          properties: Object.fromEntries(
            channels.map((name) => [name, { type: "array", items: { type: ["number", "null"] } }]),
          ),
          required: channels,
          description: "A list over time for each channel",
        },
  tensor: ({ shape }) => nested(shape),
};

export function inputSchema(modality: ResolvedModality): JsonSchema {
  // The table pairs each kind with its own function, which TypeScript cannot infer through an index.
  const schema = schemas[modality.kind] as (modality: ResolvedModality) => JsonSchema;
  return schema(modality);
}

function matrix(width: number): JsonSchema {
  return { type: "array", items: { type: "array", items: { type: "number" }, minItems: width, maxItems: width } };
}

function nested([size, ...inner]: readonly number[]): JsonSchema {
  if (size === undefined) return { type: "number" };
  return { type: "array", items: nested(inner), minItems: size, maxItems: size };
}
