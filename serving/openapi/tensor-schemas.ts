import { datatypes } from "../open-inference/protocol.ts";
import type { JsonSchema } from "./input-schema.ts";
import { reference } from "./operations.ts";

const shape: JsonSchema = { type: "array", items: { type: "integer" } };
const datatype: JsonSchema = { enum: datatypes };
const parameters: JsonSchema = { type: "object" };

/** The tensors of the Open Inference Protocol. */
export const tensorSchemas: { readonly [name: string]: JsonSchema } = {
  Tensor: {
    type: "object",
    properties: { name: { type: "string" }, shape, datatype, parameters, data: { type: "array" } },
    required: ["name", "shape", "datatype"],
  },
  InferenceRequest: {
    type: "object",
    properties: {
      id: { type: "string" },
      parameters,
      inputs: { type: "array", items: reference("Tensor"), minItems: 1 },
      outputs: {
        type: "array",
        items: { type: "object", properties: { name: { type: "string" }, parameters }, required: ["name"] },
      },
    },
    required: ["inputs"],
  },
  InferenceResponse: {
    type: "object",
    properties: {
      model_name: { type: "string" },
      model_version: { type: "string" },
      id: { type: "string" },
      outputs: { type: "array", items: reference("Tensor") },
    },
    required: ["model_name", "outputs"],
  },
};
