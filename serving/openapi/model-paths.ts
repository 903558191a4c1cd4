import { givenInputs } from "../../compiler/targets/given-inputs.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { AddressedModel } from "../models/served-models.ts";
import { openInputs } from "../open-inference/open-inputs.ts";
import { openOutputs } from "../open-inference/open-outputs.ts";
import { type JsonSchema, inputSchema } from "./input-schema.ts";
import { exampleBody, failure, oneOrMany, operation, query, reference } from "./operations.ts";
import { predictionSchema } from "./prediction-schema.ts";

/** The addresses of a model. */
export function modelPaths(model: AddressedModel): readonly (readonly [string, JsonSchema])[] {
  const { name, served, tasks } = model;
  const [input, predictions] = [reference(`${name}.Input`), reference(`${name}.Predictions`)];
  const generates = served.model.tasks.some(
    (task) => tasks.includes(task.name) && targetOf(task.target).generates !== undefined,
  );
  const { candidates } = served;
  return [
    [
      `/predict/${name}`,
      {
        post: {
          ...operation("Predict an example, or a list of examples", oneOrMany(predictions)),
          parameters: [
            query("tasks", "Names of tasks, separated by commas"),
            query("decode", "The way to choose tokens of generated texts"),
          ],
          requestBody: exampleBody(input, oneOrMany(input)),
        },
      },
    ],
    [`/v2/models/${name}`, { get: operation("Inputs and outputs of the model", metadataSchema(model)) }],
    [
      `/v2/models/${name}/infer`,
      {
        post: {
          ...operation("Infer rows of tensors", reference("InferenceResponse")),
          parameters: [jsonLength],
          requestBody: {
            required: true,
            content: {
              "application/json": { schema: reference("InferenceRequest") },
              "application/octet-stream": { schema: { type: "string", format: "binary" } },
            },
          },
        },
      },
    ],
    ...(generates
      ? [
          [
            `/generate/${name}`,
            {
              post: {
                summary: "Generate a text, part by part: the events `part`, then `end` with the prediction",
                parameters: [query("task", "The task"), query("decode", "The way to choose tokens")],
                requestBody: exampleBody(input, input),
                responses: {
                  "200": {
                    description: "Server-sent events",
                    content: { "text/event-stream": { schema: { type: "string" } } },
                  },
                  "4XX": failure,
                },
              },
            },
          ] as const,
        ]
      : []),
    ...(candidates && tasks.includes(candidates.task)
      ? [
          [
            `/rank/${name}`,
            {
              post: {
                ...operation(`Rank ${candidates.count} candidates for a value of ${candidates.query}`, rankedSchema),
                parameters: [query("top", "The number of candidates, 10 by default")],
                requestBody: exampleBody(input, input),
              },
            },
          ] as const,
        ]
      : []),
  ];
}

const jsonLength: JsonSchema = {
  name: "Inference-Header-Content-Length",
  in: "header",
  required: false,
  description: "The number of bytes of the JSON, behind which binary tensors follow",
  schema: { type: "integer" },
};

const rankedSchema: JsonSchema = {
  type: "array",
  items: {
    type: "object",
    properties: { rank: { type: "integer", minimum: 1 }, score: { type: "number" }, candidate: { type: "object" } },
    required: ["rank", "score", "candidate"],
  },
};

/** The schemas of the examples and the predictions of a model. */
export function modelSchemas({ name, served, tasks }: AddressedModel): readonly (readonly [string, JsonSchema])[] {
  const { model } = served;
  const own = model.tasks.filter((task) => tasks.includes(task.name));
  const read = [...new Set(own.flatMap((task) => givenInputs(task).map(({ modality }) => modality)))];
  const inputs = read.flatMap((modality) => {
    const declared = model.modalities[modality];
    const hasCandidates = own.some(({ candidates }) => candidates?.parts[modality] !== undefined);
    return declared ? [[modality, hasCandidates ? {} : inputSchema(declared)] as const] : [];
  });
  return [
    [`${name}.Input`, { type: "object", properties: Object.fromEntries(inputs), additionalProperties: false }],
    [
      `${name}.Predictions`,
      {
        type: "object",
        properties: Object.fromEntries(
          own.map(({ name: task, target }) => [
            task,
            { oneOf: [predictionSchema({ target, classes: model.classes[task] ?? [] }), reference("Failure")] },
          ]),
        ),
        additionalProperties: false,
      },
    ],
  ];
}

/** The metadata of a model as it is now, as an example. */
function metadataSchema({ served, tasks }: AddressedModel): JsonSchema {
  const described = ({
    name,
    datatype: type,
    shape: sizes,
  }: {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
  }) => ({
    name,
    datatype: type,
    shape: sizes,
  });
  return {
    type: "object",
    example: {
      inputs: openInputs(served.model, tasks).map(described),
      outputs: openOutputs(served.model, tasks).map(described),
    },
  };
}
