import type { FastifyReply, FastifyRequest } from "fastify";
import { packageVersion } from "../../runtime/package-version.ts";
import { RequestFailure, failureOf } from "../failure.ts";
import { tasksWithInputs } from "../models/passes.ts";
import type { AddressedModel } from "../models/served-models.ts";
import { openInputs } from "../open-inference/open-inputs.ts";
import { type OpenOutput, openOutputs, outputTensor } from "../open-inference/open-outputs.ts";
import { type InferenceBody, binaryResponse, jsonLengthHeader, readBody } from "../open-inference/binary-body.ts";
import type { InferenceResponse, ModelMetadata, TensorMetadata } from "../open-inference/protocol.ts";
import { readInferenceRequest } from "../open-inference/read-request.ts";
import type { Routes, Serving } from "../serving.ts";
import { addressedModel } from "./address.ts";
import { withinTime } from "./within-time.ts";

const paths = ["/v2/models/:model", "/v2/models/:model/versions/:version"];

/** The Open Inference Protocol, version 2: metadata and `infer`. */
export const openInferenceRoutes: Routes = (app, serving) => {
  app.get("/v2", () => ({ name: "mtl", version: packageVersion(), extensions: ["binary_tensor_data"] }));
  for (const path of paths) {
    app.get(path, (request) => metadataOf(addressedModel(request, serving)));
    app.get(`${path}/ready`, (request, reply) => {
      const { name } = addressedModel(request, serving);
      return reply.code(serving.isReady() ? 200 : 503).send({ name, ready: serving.isReady() });
    });
  }
  void app.register(async (scope) => {
    scope.removeContentTypeParser("application/json");
    // Clients that send binary tensors do not all name a type.
    scope.addContentTypeParser(["application/json", "*"], { parseAs: "buffer" }, ({ headers }, body, done) => {
      try {
        done(null, readBody(body as Buffer, headers, serving.limits.depth));
      } catch (error) {
        done(error as Error);
      }
    });
    for (const path of paths) scope.post(`${path}/infer`, (request, reply) => infer(request, reply, serving));
  });
};

function metadataOf({ name, served, tasks }: AddressedModel): ModelMetadata {
  return {
    name,
    versions: [served.version],
    platform: "mtl",
    inputs: openInputs(served.model, tasks).map(metadataOfTensor),
    outputs: openOutputs(served.model, tasks).map(metadataOfTensor),
  };
}

function metadataOfTensor({ name, datatype, shape, parameters }: TensorMetadata): TensorMetadata {
  return { name, datatype, shape, ...(parameters === undefined ? {} : { parameters }) };
}

async function infer(request: FastifyRequest, reply: FastifyReply, serving: Serving): Promise<unknown> {
  const model = addressedModel(request, serving);
  const { served } = model;
  const inputs = openInputs(served.model, model.tasks);
  const { id, examples, outputs, isBinary } = readInferenceRequest(
    (request.body ?? nothing) as InferenceBody,
    inputs,
    serving.limits.examples,
  );
  const chosen = outputs
    ? namedOutputs(model, outputs)
    : openOutputs(served.model, tasksWithInputs(served.model, model.tasks, Object.keys(examples[0] ?? {})));
  const tasks = [...new Set(chosen.map(({ task }) => task))];
  const asked = examples.map((example, row) => ({ name: `Row ${row}`, example, tasks }));
  const outcomes = await withinTime(reply, serving.limits.answerSeconds, (signal) => served.predict(asked, signal));
  // A tensor has a row for each example, so that one that cannot be used leaves no answer.
  for (const { failures } of outcomes) for (const error of Object.values(failures)) throw failureOf(error);
  const response: InferenceResponse = {
    model_name: model.name,
    model_version: served.version,
    ...(id === undefined ? {} : { id }),
    outputs: chosen.map((output) =>
      outputTensor(
        output,
        outcomes.flatMap(({ predictions }) => predictions[output.task] ?? []),
      ),
    ),
  };
  if (!chosen.some(({ name }) => isBinary(name))) return response;
  const { jsonLength, body } = binaryResponse(response, isBinary);
  return reply.type("application/octet-stream").header(jsonLengthHeader, jsonLength).send(body);
}

/** A request that has no body. */
const nothing: InferenceBody = { json: undefined, binary: new Uint8Array() };

function namedOutputs({ served, tasks }: AddressedModel, names: readonly string[]): readonly OpenOutput[] {
  const all = openOutputs(served.model, tasks);
  return names.map((name) => {
    const output = all.find((each) => each.name === name);
    if (output) return output;
    throw new RequestFailure(
      "bad_request",
      `The model has no output ${JSON.stringify(name.slice(0, 80))}.`,
      `Its outputs are: ${all.map((each) => each.name).join(", ")}.`,
    );
  });
}
