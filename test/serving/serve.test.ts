import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TrainedModel, load } from "../../runtime/index.ts";
import { type ServeOptions, type Served, serve } from "../../serving/serve.ts";
import { dataUri, drawing, rounded, runOf, trainedKinds } from "./model.ts";

let root = "";
let model: TrainedModel;
let served: Served;
const lines: string[] = [];

async function start(options: Partial<ServeOptions> = {}): Promise<Served> {
  return serve({
    runs: [{ name: "kinds", path: runOf(root) }],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    followSeconds: 0,
    ...options,
  });
}

beforeAll(async () => {
  root = await trainedKinds();
  model = await load(runOf(root), { threads: 1 });
  served = await start({ log: { write: (line) => void lines.push(line) } });
}, 120_000);
afterAll(async () => {
  await served.close();
  await model.dispose();
});

const json = (value: unknown) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: typeof value === "string" ? value : JSON.stringify(value),
});

async function ask(path: string, init?: RequestInit, of: Served = served) {
  const response = await fetch(`${of.url}${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
  };
}

const example = { words: "row 3", facts: { weight: 1, colour: "red" }, photo: dataUri(drawing("#111")) };

describe("/predict", () => {
  test("predicts all tasks of an example, as the model does", async () => {
    const { status, body, headers } = await ask("/predict", json(example));
    const [{ kind, size, shade } = {}] = await model.predictTasks([example]);
    expect(status).toBe(200);
    expect(rounded(body)).toEqual({ kind: rounded(kind), size: rounded(size), shade: rounded(shade) });
    expect([headers.get("mtl-model"), headers.get("mtl-version")]).toEqual(["kinds", served.models.all[0]?.version]);
  });

  test("predicts the tasks for which the example has values, or those that are named", async () => {
    expect(Object.keys((await ask("/predict", json({ words: "row 3" }))).body)).toEqual(["size"]);
    expect(Object.keys((await ask("/predict?tasks=shade,size", json(example))).body)).toEqual(["shade", "size"]);
    expect(Object.keys((await ask("/predict/kinds.shade", json({ photo: example.photo }))).body)).toEqual(["shade"]);
    const { status, body } = await ask("/predict?tasks=kind,size", json({ words: "row 3" }));
    expect([status, Object.keys(body)]).toEqual([200, ["size", "kind"]]);
    expect(body.kind).toMatchObject({
      code: "bad_value",
      error: "The example cannot be used: facts: it has no facts.",
    });
  });

  test("takes a list, of which an example that cannot be used fails alone", async () => {
    const { status, body } = await ask("/predict", json([example, { words: { a: 1 } }, { word: "row 3" }]));
    expect(status).toBe(200);
    expect(body[0].kind.class).toMatch(/^[ab]$/u);
    expect(body.slice(1)).toMatchObject([
      { code: "bad_value", error: "Example 1 cannot be used: words: it is not text." },
      { code: "bad_value", hint: "Its modalities are: words, facts, photo." },
    ]);
  });

  test("takes files as parts of a form and as base64", async () => {
    const svg = drawing("#111");
    const form = new FormData();
    form.set("photo", new Blob([svg]), "dark.svg");
    form.set("words", "row 3");
    form.set("facts", JSON.stringify(example.facts));
    const expected = rounded((await ask("/predict", json(example))).body);
    expect(rounded((await ask("/predict", { method: "POST", body: form })).body)).toEqual(expected);
    const bytes = { ...example, photo: { b64: Buffer.from(svg).toString("base64") } };
    expect(rounded((await ask("/predict", json(bytes))).body)).toEqual(expected);
  });

  test("predicts requests that come together in few batches, and a bad one fails alone", async () => {
    const patient = await start({ limits: { patience: 300 } });
    const counted = async () => {
      const { text } = await ask("/metrics", {}, patient);
      const of = (name: string) =>
        Number(new RegExp(`^mtl_batch_examples_${name}\\{model="kinds"\\} (\\d+)$`, "mu").exec(text)?.[1] ?? 0);
      return { examples: of("sum"), batches: of("count") };
    };
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        ask(
          "/predict",
          json(
            index === 7 ? { ...example, photo: "data:image/png;base64,AAAA" } : { ...example, words: `row ${index}` },
          ),
          patient,
        ),
      ),
    );
    const { examples, batches } = await counted();
    await patient.close();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers[7]?.body).toMatchObject({ kind: { class: /./u }, shade: { code: "bad_value" } });
    expect(answers.filter(({ body }) => "code" in body.shade).length).toBe(1);
    const alone = await model.predictTasks([{ ...example, words: "row 20" }]);
    expect(rounded(answers[20]?.body.size)).toEqual(rounded(alone[0]?.["size"]));
    expect(examples).toBe(24);
    expect(batches).toBeLessThan(4);
  });
});

describe("the Open Inference Protocol", () => {
  const infer = (body: unknown, path = "/v2/models/kinds/infer") => ask(path, json(body));
  const words = { name: "words", shape: [2], datatype: "BYTES", data: ["row 1", "row 2"] };

  test("has health, metadata of the server and of models, and versions", async () => {
    const version = served.models.all[0]?.version ?? "";
    expect((await ask("/v2/health/live")).body).toEqual({ live: true });
    expect((await ask("/v2/health/ready")).body).toEqual({ ready: true });
    expect((await ask("/v2")).body).toMatchObject({ name: "mtl", extensions: ["binary_tensor_data"] });
    expect((await ask("/v2/models/kinds/ready")).body).toEqual({ name: "kinds", ready: true });
    expect((await ask(`/v2/models/kinds/versions/${version}/ready`)).status).toBe(200);
    expect((await ask("/v2/models/kinds/versions/1/ready")).status).toBe(404);
    expect((await ask("/v2/models/kinds")).body).toEqual({
      name: "kinds",
      versions: [version],
      platform: "mtl",
      inputs: [
        { name: "words", datatype: "BYTES", shape: [-1] },
        { name: "facts.weight", datatype: "FP64", shape: [-1] },
        { name: "facts.colour", datatype: "BYTES", shape: [-1] },
        { name: "photo", datatype: "BYTES", shape: [-1], parameters: expect.anything() },
      ],
      outputs: [
        { name: "kind.class", datatype: "BYTES", shape: [-1] },
        { name: "kind.probability", datatype: "FP32", shape: [-1] },
        { name: "kind.probabilities", datatype: "FP32", shape: [-1, 2], parameters: { classes: ["a", "b"] } },
        { name: "size.value", datatype: "FP64", shape: [-1] },
        { name: "shade.class", datatype: "BYTES", shape: [-1] },
        { name: "shade.probability", datatype: "FP32", shape: [-1] },
        { name: "shade.probabilities", datatype: "FP32", shape: [-1, 2], parameters: { classes: ["dark", "light"] } },
      ],
    });
  });

  test("infers rows of tensors, as the model predicts examples", async () => {
    const { status, body } = await infer({
      id: "my request",
      inputs: [
        words,
        { name: "facts.weight", shape: [2, 1], datatype: "FP32", data: [[1], [2]] },
        { name: "facts.colour", shape: [2], datatype: "BYTES", data: ["red", null] },
      ],
    });
    const examples = [
      { words: "row 1", facts: { weight: 1, colour: "red" } },
      { words: "row 2", facts: { weight: 2 } },
    ];
    const predicted = await model.predictTasks(examples, { tasks: ["kind", "size"] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model_name: "kinds", id: "my request", model_version: served.models.all[0]?.version });
    const dataOf = (name: string) =>
      rounded(body.outputs.find((each: { readonly name: string }) => each.name === name).data);
    expect(dataOf("size.value")).toEqual(
      rounded(predicted.map(({ size }) => (size?.kind === "number" ? size.value : 0))),
    );
    expect(dataOf("kind.probabilities")).toEqual(
      rounded(predicted.flatMap(({ kind }) => (kind?.kind === "category" ? Object.values(kind.probabilities) : []))),
    );
    expect(
      body.outputs.map(({ name, shape }: { readonly name: string; readonly shape: unknown }) => [name, shape]),
    ).toEqual([
      ["kind.class", [2]],
      ["kind.probability", [2]],
      ["kind.probabilities", [2, 2]],
      ["size.value", [2]],
    ]);
  });

  test("computes what is asked for, of a model that is one task, and of pixels", async () => {
    expect((await infer({ inputs: [words], outputs: [{ name: "size.value" }] })).body.outputs.length).toBe(1);
    const pixels = {
      name: "photo",
      shape: [1, 2, 2, 1],
      datatype: "UINT8",
      data: [
        [
          [[9], [9]],
          [[9], [9]],
        ],
      ],
    };
    const { body } = await infer({ inputs: [pixels] }, "/v2/models/kinds.shade/infer");
    expect(body.outputs.map(({ name }: { readonly name: string }) => name)).toEqual([
      "shade.class",
      "shade.probability",
      "shade.probabilities",
    ]);
  });

  test("names the row that cannot be used", async () => {
    const photo = { name: "photo", shape: [2], datatype: "BYTES", data: [example.photo, "AAAA"] };
    const { status, body } = await infer({ inputs: [photo] });
    expect([status, body.code]).toEqual([400, "bad_value"]);
    expect(body.error).toMatch(/^Row 1 cannot be used: photo: it is not a picture/u);
  });
});

describe("a server", () => {
  test("writes a line of JSON for each request, without what was sent", async () => {
    await ask("/predict", json({ words: "a secret" }));
    const line = lines.findLast((each) => each.includes("/predict")) ?? "";
    expect(JSON.parse(line)).toMatchObject({ method: "POST", route: "/predict", model: "kinds", status: 200 });
    expect(lines.join("")).not.toContain("secret");
  });

  test("asks for the token, except for its health", async () => {
    const guarded = await start({ token: "a-token-of-many-characters" });
    const withHeader = (token: string) => ask("/v2/models/kinds", { headers: { authorization: token } }, guarded);
    expect((await ask("/v2/health/ready", {}, guarded)).status).toBe(200);
    for (const path of ["/v2/models/kinds", "/metrics", "/nothing"])
      expect((await ask(path, {}, guarded)).status).toBe(401);
    for (const wrong of ["Bearer wrong", "Bearer", "Basic a-token-of-many-characters", "a-token-of-many-characters"])
      expect(await withHeader(wrong)).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect((await withHeader("Bearer a-token-of-many-characters")).status).toBe(200);
    await guarded.close();
  });

  test("answers pages of the origins that it was given, which a browser asks about without the token", async () => {
    const origin = "https://app.example";
    const open = await start({ origins: [origin], token: "a-token-of-many-characters" });
    const preflight = (from: string) =>
      ask(
        "/predict",
        {
          method: "OPTIONS",
          headers: {
            origin: from,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
          },
        },
        open,
      );
    const allowed = await preflight(origin);
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    expect(allowed.headers.get("access-control-allow-headers")).toMatch(/authorization, content-type/u);
    expect(allowed.headers.get("access-control-allow-methods")).toContain("POST");
    expect((await preflight("https://other.example")).headers.get("access-control-allow-origin")).toBeNull();
    const asked = (headers: object) =>
      ask("/predict", { ...json(example), headers: { "content-type": "application/json", origin, ...headers } }, open);
    const refused = await asked({});
    // A page can read why it is refused.
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, origin]);
    const answered = await asked({ authorization: "Bearer a-token-of-many-characters" });
    expect([answered.status, answered.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    expect(answered.headers.get("access-control-expose-headers")).toContain("mtl-version");
    expect((await preflight("http://localhost:5173")).headers.get("access-control-allow-origin")).toBeNull();
    await open.close();
    // By default no page of another origin is answered, and none may read an answer.
    const closed = await ask("/predict", { ...json(example), headers: { "content-type": "application/json", origin } });
    expect([closed.status, closed.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });

  test("reads files of the folder that it was given, and no others", async () => {
    mkdirSync(join(root, "open"));
    writeFileSync(join(root, "open", "dark.svg"), drawing("#111"));
    writeFileSync(join(root, "closed.svg"), drawing("#111"));
    const reading = await start({ files: join(root, "open") });
    const photo = (name: string, of: Served) => ask("/predict?tasks=shade", json({ photo: name }), of);
    expect((await photo("dark.svg", reading)).status).toBe(200);
    const refused = await Promise.all(
      ["../closed.svg", join(root, "closed.svg"), "/etc/passwd", "none.svg"].map((name) => photo(name, reading)),
    );
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    for (const { body } of refused) expect(body.error).toMatch(/is not a file in the folder of the server\.$/u);
    expect(await photo("open/dark.svg", served)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("reads none") },
    });
    await reading.close();
  });

  test("answers 503 with a time to try again when too much waits", async () => {
    const small = await start({ limits: { waiting: 4, patience: 300 } });
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask("/predict", json(example), small)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(5);
    for (const { status, headers, body } of refused)
      expect([status, headers.get("retry-after"), body.code]).toEqual([503, expect.stringMatching(/^\d+$/u), "busy"]);
    expect(answers.length - refused.length).toBeGreaterThan(1);
    await small.close();
  });

  test("answers what has come when it is told to end", async () => {
    const ending = await start({ limits: { patience: 100 } });
    const last = ask("/predict", json(example), ending);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = ending.close();
    expect((await last).status).toBe(200);
    await closed;
    await expect(ask("/predict", json(example), ending)).rejects.toThrow("fetch failed");
  });

  test("loads a run again that has changed, while it answers, and keeps the earlier one if the new one is damaged", async () => {
    const path = join(root, "copy");
    cpSync(join(runOf(root), "model"), path, { recursive: true });
    const following = await start({ runs: [{ name: "kinds", path }] });
    const version = () => following.models.all[0]?.version;
    const first = version();
    const manifest = join(path, "model.json");
    const written = readFileSync(manifest, "utf8");
    writeFileSync(manifest, "{}");
    await following.reload();
    expect(version()).toBe(first);
    writeFileSync(manifest, `${written}\n`);
    const [answer] = await Promise.all([ask("/predict", json(example), following), following.reload()]);
    expect(answer.status).toBe(200);
    expect(version()).not.toBe(first);
    expect((await ask("/predict", json(example), following)).headers.get("mtl-version")).toBe(version());
    expect((await ask("/metrics", {}, following)).text).toMatch(
      /mtl_reloads_total\{model="kinds",outcome="failed"\} 1/u,
    );
    await following.close();
  });
});
