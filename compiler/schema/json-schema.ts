import { type JsonSchema, type Properties, foldSchema, map, object, semanticsSchema, string } from "./schema-parts.ts";
import { modalities } from "./modalities.ts";
import { schema } from "./schema.ts";
import type { CallableTable, OptionDefinition, OptionTable, ValueType } from "./types.ts";

/**
 * The JSON Schema of `ResolvedSpecification` (`spec.resolved.json`), generated from the table that the checker reads.
 */
export function resolvedSpecificationSchema(): JsonSchema {
  const { task, dataset, stage } = schema.declarations;
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:mtl:resolved-specification:1",
    title: "A specification with every default filled in",
    ...object(
      {
        language: { const: 1 },
        model: object({ name: string }, { title: string, doc: string }),
        params: map({}),
        modalities: map(reference("modality")),
        tasks: map(reference("task")),
        datasets: map(reference("dataset")),
        stages: { type: "array", items: reference("stage") },
      },
      {
        semantics: semanticsSchema,
        renamed: { type: "array", items: object({ from: string, to: string }) },
        adapt: { type: "array", items: object({ weights: patternSchema, by: string }) },
      },
    ),
    $defs: {
      ...Object.fromEntries(Object.entries(schema.families).map(([family, table]) => [family, familySchema(table)])),
      modality: familySchema(modalities, { like: string }),
      task: declaration(
        without(task, ["metrics"]),
        {
          metrics: { type: "array", items: reference("metric") },
          inputs: { type: "array", items: object({ modality: string, optional: { type: "boolean" } }) },
        },
        {
          candidates: object({
            most: { type: "integer", minimum: 2 },
            parts: map({ type: "array", items: { enum: ["shared", "each"] } }),
          }),
        },
      ),
      dataset: declaration(without(dataset, ["split", "columns"]), {
        columns: map({ anyOf: [string, { type: "array", items: { anyOf: [string, reference("column")] } }] }),
        split: splitSchema(),
      }),
      stage: declaration(stage, {}),
    },
  };
}

const patternSchema: JsonSchema = object({
  include: { type: "array", items: string },
  except: { type: "array", items: string },
});

const share: JsonSchema = { type: "number", minimum: 0, maximum: 1 };

function reference(definition: string): JsonSchema {
  return { $ref: `#/$defs/${definition}` };
}

/** `kind` tells which member of the family an object is. */
function familySchema(table: CallableTable, optional: Properties = {}): JsonSchema {
  const members = Object.entries(table).map(([kind, member]) =>
    withDescription(resolvedOptions(member.options, { kind: { const: kind } }, optional), member.doc),
  );
  return {
    type: "object",
    properties: { kind: string },
    required: ["kind"],
    discriminator: { propertyName: "kind" },
    oneOf: members,
  };
}

function declaration(options: OptionTable, more: Properties, optional: Properties = {}): JsonSchema {
  return resolvedOptions(options, { name: string, ...more }, optional);
}

/**
 * Matches the type `ResolvedOptions`: options that are required or have a default are required, others are optional.
 * Streams are not included.
 */
function resolvedOptions(options: OptionTable, more: Properties, optional: Properties = {}): JsonSchema {
  const resolved = Object.entries(options).filter(([, { type }]) => type.kind !== "stream");
  const properties = (entries: readonly (readonly [string, OptionDefinition])[]): Properties =>
    Object.fromEntries(entries.map(([name, option]) => [name, withDescription(typeSchema(option.type), option.doc)]));
  const isPresent = ({ required, default: value }: OptionDefinition): boolean =>
    required === true || value !== undefined;
  return object(
    { ...more, ...properties(resolved.filter(([, option]) => isPresent(option))) },
    { ...optional, ...properties(resolved.filter(([, option]) => !isPresent(option))) },
  );
}

function withDescription(type: JsonSchema, description: string): JsonSchema {
  return { description, ...type };
}

const typeSchemas: { readonly [Kind in ValueType["kind"]]: (type: Extract<ValueType, { kind: Kind }>) => JsonSchema } =
  {
    int: ({ min, max }) => ({ type: "integer", ...bounds(min, max) }),
    number: ({ min, max }) => ({ type: "number", ...bounds(min, max) }),
    rate: () => share,
    duration: () => object({ unit: { enum: ["steps", "share"] }, value: { type: "number", minimum: 0 } }),
    part: () => object({ unit: { enum: ["rows", "share"] }, value: { type: "number", exclusiveMinimum: 0 } }),
    bool: () => ({ type: "boolean" }),
    string: () => string,
    one_of: ({ options }) => ({ enum: options }),
    list: ({ element }) => ({ type: "array", items: typeSchema(element) }),
    map: ({ value }) => map(typeSchema(value)),
    ordered_map: ({ value }) => ({
      type: "array",
      items: { type: "array", prefixItems: [string, typeSchema(value)], items: false, minItems: 2, maxItems: 2 },
    }),
    either: ({ types }) => ({ anyOf: types.map(typeSchema) }),
    call: ({ family }) => reference(family),
    name: () => string,
    pattern: () => patternSchema,
    any: () => ({}),
    stream: () => {
      throw new Error("a stream is never part of a resolved specification");
    },
  };

function typeSchema(type: ValueType): JsonSchema {
  return (typeSchemas[type.kind] as (type: ValueType) => JsonSchema)(type);
}

function bounds(minimum: number | undefined, maximum: number | undefined): JsonSchema {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}

function splitSchema(): JsonSchema {
  return {
    oneOf: [
      object(
        { kind: { const: "shares" }, train: share, validation: share, test: share },
        { group: string, fold: foldSchema },
      ),
      object({ kind: { const: "column" }, column: string }, { fold: foldSchema }),
      object({ kind: { const: "files" }, validation: share }, { group: string, fold: foldSchema }),
    ],
  };
}

function without(options: OptionTable, names: readonly string[]): OptionTable {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}
