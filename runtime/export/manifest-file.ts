import {
  type JsonSchema,
  type Properties,
  count,
  list,
  map,
  object,
  string,
} from "../../compiler/schema/schema-parts.ts";
import { type CheckedJson, checkedJson } from "../files/checked-json.ts";
import { readings } from "../targets/runtime-target.ts";
import { type CompiledManifest, graphKinds } from "./manifest.ts";

const number = { type: "number" };
const scale = object({ mean: number, deviation: number });
/** Objects that are distinguished by `kind`. */
const variants = (members: { readonly [kind: string]: JsonSchema }) => ({
  type: "object",
  properties: { kind: string },
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: Object.values(members),
});
const variant = (kind: string, required: Properties = {}, optional: Properties = {}) => ({
  [kind]: object({ kind: { const: kind }, ...required }, optional),
});
/** The schema of a part of the resolved specification, which is checked in detail by its own schema. */
const resolved = (required: Properties = {}) => ({
  type: "object",
  properties: { kind: string, ...required },
  required: ["kind", ...Object.keys(required)],
});

const moved = object({ from: count, to: count, share: number });

const shared = {
  ...variant("weight", { weight: string }),
  ...variant("state", { state: string }),
  ...variant("gradient", { weight: string }),
  ...variant("slot", { weight: string, slot: string }),
  ...variant("scalar", { name: string }),
};
const hostCall = { function: { enum: ["assignment"] }, index: count };
const inputRole = variants({
  ...shared,
  ...variant("feature", { feature: string }),
  ...variant("random", { site: string }, { moved, task: string }),
  ...variant("row_weight", {}, { task: string }),
  ...variant("class_mask", {}, { task: string }),
  ...variant("update", { class: string, name: string }),
  ...variant("host_result", hostCall, { task: string }),
});
const outputRole = variants({
  ...shared,
  ...variant("loss", {}, { task: string }),
  ...variant("loss_term", { term: string }),
  ...variant("prediction", { name: string }),
  ...variant("stream", { stream: string }),
  ...variant("host_argument", hostCall, { task: string }),
});

const source = variants({
  ...variant("initial"),
  ...variant("gradients"),
  ...variant("loss_factor", { task: string }),
  ...variant("data", {}, { below: { type: "integer", minimum: 1 }, none: { const: -1 } }),
  ...variant("generated", {
    part: { enum: ["ids", "mask"] },
    tokens: { enum: ["all", "newest"] },
    below: { type: "integer", minimum: 1 },
  }),
  ...variant("position"),
  ...variant("kept", { output: string }, { newest: object({ axis: count, offset: count }), again: { const: true } }),
  ...variant("row_weight"),
  ...variant("class_mask", { values: list({ enum: [0, 1] }) }),
  ...variant("host", { function: { enum: ["assignment"] }, argument: string }),
  ...variant("random", {
    distribution: variants({
      ...variant("integers", { low: count, high: count }, { moved }),
      ...variant("beta", { alpha: number }),
    }),
  }),
  ...variant("update", { formula: string, expression: string, class: string, rate: number }),
});

const column = variants({
  ...variant("numeric", { name: string, missing: count, present: count }),
  ...variant("categorical", { name: string, missing: count, unknown: count, first: count, most: count }),
});
const content = variants({
  ...Object.assign(
    {},
    ...[
      "tokens",
      "segments",
      "mask",
      "present",
      "steps",
      "regions",
      "boxes",
      "target",
      "identity",
      "tokens_before_hiding",
      "hidden_places",
      "drawn_positions",
      "cells",
      "next_tokens",
      "object_classes",
      "object_boxes",
      "overlap",
      "hidden_parts",
      "region_classes",
    ].map((kind) => variant(kind)),
  ),
  ...variant("columns", { columns: list(column) }),
  ...variant("numbers", {}, { columns: list(string) }),
  ...variant("pixels", { filter: { enum: ["lanczos", "library"] } }),
  ...variant(
    "frames",
    {
      count,
      start: { type: "integer" },
      beyond: { enum: ["zeros", "reflect"] },
      used: count,
      hop: count,
      window: count,
      width: count,
    },
    { spectrum: object({ size: count, points: list(number), floor: number }) },
  ),
});

const tensor = {
  name: string,
  dtype: { enum: ["float32", "int32", "uint8", "bool"] },
  tfjsDtype: { enum: ["float32", "int32", "bool"] },
  shape: list({ type: "integer", minimum: -1 }),
};

export const compiledManifestSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:compiled:1",
  title: "The graphs of a compiled folder, with their inputs and outputs",
  ...object(
    {
      kind: { const: "compiled" },
      version: { const: 1 },
      versions: object({ mtl: string, language: count, opset: count }),
      model: string,
      set: map(string),
      modalities: map(resolved()),
      features: map(reference("feature")),
      tasks: map(
        object(
          {
            prediction: { enum: readings },
            target: resolved(),
            classes: list(string),
            inputs: list(object({ modality: string, optional: { type: "boolean" } })),
          },
          { scale, scales: list(scale), generates: object({ modality: string, begin: count, end: count }) },
        ),
      ),
      training: object(
        {
          stage: string,
          optimizer: resolved({ rate: number }),
          schedule: resolved(),
          step: resolved(),
          accumulate: count,
          balance: resolved(),
          seed: count,
        },
        { average: resolved({ decay: number }), fork: { type: "boolean" }, factor: string },
      ),
      initial: object({ file: string, weights: { enum: ["seed", "from", "trained"] } }, { forks: map(string) }),
      graphs: list(reference("graph")),
      files: map(object({ bytes: count, sha256: { type: "string", pattern: "^[0-9a-f]{64}$" } })),
    },
    { tokenizers: map(string), operators: { const: "standard" }, int8: reference("int8") },
  ),
  $defs: {
    int8: object({
      split: { const: "validation" },
      values: list(object({ task: string, metric: string, float32: number, int8: number })),
    }),
    graph: object(
      {
        kind: { enum: graphKinds },
        tasks: list(string),
        batch: { anyOf: [count, { const: "any" }, { type: "null" }] },
        inputs: list(reference("input")),
        outputs: list(reference("output")),
      },
      { readsAll: string, tfjs: string, onnx: string, int8: string },
    ),
    feature: object(
      {
        of: { anyOf: [object({ modality: string }, { for: string }), object({ task: string })] },
        content,
        empty: { enum: [0, -1] },
      },
      { below: { type: "integer", minimum: 1 }, standardised: object({ from: { enum: ["float64", "float32"] } }) },
    ),
    input: object({ ...tensor, role: inputRole, source }),
    output: object({ ...tensor, role: outputRole, onnxName: string }),
  },
};

function reference(definition: string): JsonSchema {
  return { $ref: `#/$defs/${definition}` };
}

export const compiledManifestFile: CheckedJson<CompiledManifest> = checkedJson(compiledManifestSchema);
