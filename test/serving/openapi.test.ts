import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../serving/serve.ts";
import { dataUri, drawing, runOf, trainedKinds } from "./model.ts";

let root = "";
let served: Served;
let document: { readonly paths: Readonly<Record<string, object>>; readonly components: { readonly schemas: object } };
const validator = new Ajv2020({ strict: false });

beforeAll(async () => {
  root = await trainedKinds();
  const runs = [{ name: "kinds", path: runOf(root) }];
  served = await serve({ runs, host: "127.0.0.1", port: 0, threads: 1, followSeconds: 0 });
  document = (await (await fetch(`${served.url}/openapi.json`)).json()) as typeof document;
  validator.addSchema(document, "server");
}, 120_000);
afterAll(() => served.close());

function fits(schema: string, value: unknown): boolean {
  return validator.validate(`server#/components/schemas/${schema}`, value);
}

async function post(path: string, value: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${served.url}${path}`, { method: "POST", headers, body: JSON.stringify(value) });
  return response.json();
}

const example = { words: "row 3", facts: { weight: 1, colour: null }, photo: dataUri(drawing("#111")) };

test("every address of a model and of the server is there, and every reference is one of its schemas", async () => {
  expect(Object.keys(document.paths).filter((path) => !path.includes("."))).toEqual([
    "/v2",
    "/v2/health/live",
    "/v2/health/ready",
    "/models",
    "/metrics",
    "/predict/kinds",
    "/v2/models/kinds",
    "/v2/models/kinds/infer",
  ]);
  for (const path of Object.keys(document.paths).filter((each) => !each.includes("infer") && !each.includes("predict")))
    expect((await fetch(`${served.url}${path}`)).status).toBe(200);
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/gu)].map(
    ([, name]) => name,
  );
  expect(references.filter((name) => !Object.hasOwn(document.components.schemas, name ?? ""))).toEqual([]);
});

test("the schema of examples has those that are predicted, and none that is refused", () => {
  const bytes = { ...example, photo: { b64: "AAAA" } };
  for (const each of [example, bytes, { words: "a" }]) expect(fits("kinds.Input", each)).toBe(true);
  for (const each of [{ word: "a" }, { words: 1 }, { facts: { wait: 1 } }, { photo: { b64: 1 } }, []])
    expect(fits("kinds.Input", each)).toBe(false);
});

test("answers fit their schemas", async () => {
  const [predictions, withFailure] = (await post("/predict", [
    example,
    { ...example, photo: "" },
  ])) as readonly object[];
  expect([fits("kinds.Predictions", predictions), fits("kinds.Predictions", withFailure)]).toEqual([true, true]);
  expect(fits("kinds.Predictions", { ...predictions, kind: { class: "c" } })).toBe(false);
  const request = { inputs: [{ name: "words", shape: [1], datatype: "BYTES", data: ["a"] }] };
  expect(fits("InferenceRequest", request)).toBe(true);
  expect(fits("InferenceResponse", await post("/v2/models/kinds/infer", request))).toBe(true);
  expect(fits("Failure", await post("/v2/models/none/infer", request))).toBe(true);
});
