import type { TargetKind, TargetOf } from "../../compiler/targets/target.ts";
import type { JsonSchema } from "./input-schema.ts";

export interface TaskSchemaFacts {
  readonly target: TargetOf<TargetKind>;
  readonly classes: readonly string[];
}

const number: JsonSchema = { type: "number" };
const text: JsonSchema = { type: "string" };
const index: JsonSchema = { type: "integer", minimum: 0 };
/** Probabilities are rounded, so that the largest one may be a little above 1. */
const probability: JsonSchema = { type: "number", minimum: 0 };

function listOf(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

function objectOf(properties: { readonly [key: string]: JsonSchema }): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

function byClass(classes: readonly string[]): JsonSchema {
  return objectOf(Object.fromEntries(classes.map((name) => [name, probability])));
}

/** The keys of the predictions of each kind of target. */
const schemas: { readonly [Kind in TargetKind]: (task: TaskSchemaFacts) => { readonly [key: string]: JsonSchema } } = {
  category: ({ classes }) => ({ class: { enum: classes }, probability, probabilities: byClass(classes) }),
  labels: ({ classes }) => ({ labels: listOf({ enum: classes }), probabilities: byClass(classes) }),
  number: () => ({ value: number }),
  vector: ({ target }) => ({
    values: {
      ...listOf(number),
      ...(target.kind === "vector" ? { minItems: target.size, maxItems: target.size } : {}),
    },
  }),
  ranking: () => ({ order: listOf(index), scores: listOf(number) }),
  choice: () => ({ region: index, scores: listOf(number) }),
  contrastive: () => ({ score: number, first: listOf(number), second: listOf(number) }),
  matching: () => ({ score: number }),
  aligned: () => ({ probability }),
  masked: () => ({ text, tokens: listOf(objectOf({ token: text, probability })) }),
  reconstruct: () => ({ values: listOf(number) }),
  masked_classes: () => ({ regions: listOf(objectOf({ region: index, class: index, probability })) }),
  masked_values: () => ({ parts: listOf(objectOf({ part: index, values: listOf(number) })) }),
  sequence: () => ({ text, probability }),
  tags: () => ({ tags: listOf(text), probabilities: listOf(probability) }),
  boxes: () => ({
    boxes: listOf(objectOf({ class: text, probability, box: { ...listOf(number), minItems: 4, maxItems: 4 } })),
  }),
};

export function predictionSchema(task: TaskSchemaFacts): JsonSchema {
  return objectOf(schemas[task.target.kind](task));
}
