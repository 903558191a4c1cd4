import { type Socket, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "../../serving/serve.ts";
import { dataUri, drawing, runOf, trainedKinds } from "./model.ts";

const megabyte = 2 ** 20;
let root = "";
let served: Served;

beforeAll(async () => {
  root = await trainedKinds();
  served = await serve({
    runs: [{ name: "kinds", path: runOf(root) }],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    followSeconds: 0,
    limits: { bodyBytes: megabyte, receiveSeconds: 1, examples: 64 },
  });
}, 120_000);
afterAll(() => served.close());

const photo = dataUri(drawing("#111"));
const example = { words: "row 3", facts: { weight: 1, colour: "red" }, photo };

interface Hostile {
  readonly jsonLength?: string;
  readonly what: string;
  readonly path: string;
  readonly body: string | FormData | Uint8Array<ArrayBuffer>;
  readonly type?: string;
  readonly status: number;
}

const infer = "/v2/models/kinds/infer";
const tensor = (change: object) =>
  JSON.stringify({ inputs: [{ name: "words", shape: [1], datatype: "BYTES", data: ["a"], ...change }] });
const predicting = (what: string, value: unknown, status = 400): Hostile => ({
  what,
  path: "/predict",
  body: typeof value === "string" ? value : JSON.stringify(value),
  status,
});
const inferring = (what: string, body: string, status = 400): Hostile => ({ what, path: infer, body, status });

/** A request with a binary tensor, whose JSON may be changed so that it lies. */
function binary(what: string, change: object, bytes = Buffer.alloc(8), jsonLength?: string): Hostile {
  const json = tensor({
    name: "facts.weight",
    shape: [2],
    datatype: "FP32",
    data: undefined,
    parameters: { binary_data_size: bytes.length },
    ...change,
  });
  return {
    ...inferring(what, ""),
    body: Uint8Array.from(Buffer.concat([Buffer.from(json), bytes])),
    type: "application/octet-stream",
    jsonLength: jsonLength ?? String(json.length),
  };
}

function texts(what: string, shape: readonly number[], hex: string): Hostile {
  return binary(what, { name: "words", datatype: "BYTES", shape }, Buffer.from(hex, "hex"));
}

function form(parts: readonly (readonly [string, string | Blob])[]): FormData {
  const made = new FormData();
  for (const [name, value] of parts) made.append(name, value);
  return made;
}

const hostile: readonly Hostile[] = [
  predicting("a body beyond the limit", JSON.stringify({ words: "a".repeat(2 * megabyte) }), 413),
  predicting("lists within lists", "[".repeat(megabyte / 2) + "]".repeat(megabyte / 2)),
  predicting("objects within objects, not closed", '{"words":'.repeat(50_000)),
  predicting("no JSON", "{"),
  predicting("an empty body", ""),
  { ...predicting("bytes that are no UTF-8", ""), body: Uint8Array.from(Buffer.from('{"words":"\xff"}', "latin1")) },
  predicting("a number", "1"),
  predicting("null", "null"),
  predicting("an empty list", []),
  predicting("lists for examples", [[1]]),
  predicting(
    "more examples than allowed",
    Array.from({ length: 65 }, () => ({ words: "a" })),
    413,
  ),
  predicting("an unknown modality", { wrods: "a" }),
  predicting("the prototype as a modality", '{"__proto__": {"words": "a"}}'),
  predicting("the constructor as a modality", '{"constructor": {"prototype": {"words": "a"}}}'),
  predicting("a file of the server", { photo: "/etc/passwd" }),
  predicting("a file above", { photo: "../../../etc/passwd" }),
  predicting("a file by an address", { photo: "file:///etc/passwd" }),
  predicting("a file on the network", { photo: "http://127.0.0.1:1/a.png" }),
  predicting("a path with a zero", { photo: "a\u0000b" }),
  predicting("bytes that are no base64", { photo: { b64: "../../etc/passwd\u0000" } }),
  predicting("bytes that are no picture", { photo: { b64: "AAAA" } }),
  predicting("a picture that announces a billion pixels", { photo: { b64: hugePng() } }),
  predicting("a drawing that names a file", {
    photo: dataUri('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
  }),
  predicting("an object as text", { words: { a: 1 } }),
  predicting("NaN as a number", '{"words":"a","facts":{"weight":NaN}}'),
  { ...predicting("an unknown task", example), path: "/predict?tasks=none" },
  { ...predicting("a task of the prototype", example), path: "/predict?tasks=constructor" },
  { ...predicting("an unknown query", example), path: "/predict?task=kind" },
  { ...predicting("a decoding where no text is generated", example), path: "/predict?decode=beam(width:%2064)" },
  { ...predicting("an unknown model", example, 404), path: "/predict/none" },
  { ...predicting("a model above", example, 404), path: "/predict/..%2f..%2fetc" },
  { ...predicting("a long name of a model", example), path: `/predict/${"a".repeat(2000)}` },
  { ...predicting("text/plain", example, 415), type: "text/plain" },
  { ...predicting("another type of content", example, 415), type: "application/xml" },
  { ...predicting("a form without a boundary", "--x\r\n", 400), type: "multipart/form-data" },
  {
    ...predicting("a form that is cut", '--x\r\ncontent-disposition: form-data; name="words"\r\n\r\na', 400),
    type: "multipart/form-data; boundary=x",
  },
  { ...predicting("a form with an unknown part", ""), body: form([["none", "a"]]), type: "" },
  { ...predicting("a form with the prototype", ""), body: form([["__proto__", "a"]]), type: "" },
  {
    ...predicting("a form with too many parts", "", 413),
    body: form(Array.from({ length: 300 }, () => ["words", "a"] as const)),
    type: "",
  },
  {
    ...predicting("a form beyond the limit", "", 413),
    body: form([["photo", new Blob(["a".repeat(2 * megabyte)])]]),
    type: "",
  },
  { ...predicting("a form with a table that is no JSON", ""), body: form([["facts", "weight=1"]]), type: "" },
  inferring("no inputs", "{}"),
  inferring("inputs that are no list", '{"inputs": {"words": 1}}'),
  inferring("inputs that are no objects", '{"inputs": [1]}'),
  inferring("no examples", tensor({ shape: [0], data: [] })),
  inferring("an unknown tensor", tensor({ name: "none" })),
  inferring("a tensor of the prototype", tensor({ name: "__proto__" })),
  inferring(
    "a tensor twice",
    JSON.stringify({
      inputs: Array.from({ length: 2 }, () => ({ name: "words", shape: [1], datatype: "BYTES", data: ["a"] })),
    }),
  ),
  inferring(
    "more tensors than the model has",
    JSON.stringify({ inputs: Array.from({ length: 500 }, () => ({ name: "words" })) }),
  ),
  inferring("a shape of billions", tensor({ shape: [2 ** 40] })),
  inferring("a shape whose product overflows", tensor({ shape: [2 ** 50, 2 ** 50, 2 ** 50] })),
  inferring("a negative shape", tensor({ shape: [-1] })),
  inferring("a shape of texts", tensor({ shape: ["1"] })),
  inferring("more rows than allowed", tensor({ shape: [65], data: Array.from({ length: 65 }, () => "a") }), 413),
  inferring("too little data", tensor({ shape: [2] })),
  inferring("data that is no list", tensor({ data: "a" })),
  inferring("an unknown datatype", tensor({ datatype: "TEXT" })),
  inferring("a datatype of the prototype", tensor({ datatype: "constructor" })),
  inferring("a wrong datatype", tensor({ datatype: "FP32", data: [1] })),
  inferring("a number as BYTES", tensor({ data: [1] })),
  inferring("NaN as text", tensor({ name: "facts.weight", datatype: "FP32", data: ["NaN"] })),
  inferring("a number beyond float32", tensor({ name: "facts.weight", datatype: "FP64", data: [1e300] })),
  inferring("a wrong nesting", tensor({ shape: [2, 1], data: [["a"], "b"] })),
  inferring("ragged rows", tensor({ shape: [2, 2], data: [["a", "b"], ["c"]] })),
  inferring("binary data that is not there", tensor({ data: undefined, parameters: { binary_data_size: 4 } })),
  { ...inferring("a body that says not what it is", tensor({}), 415), type: "application/octet-stream" },
  ...["-1", "1.5", "x", "1e3", "9".repeat(30), String(2 ** 40)].map((length) =>
    binary(`a length of the JSON that is ${length}`, {}, Buffer.alloc(8), length),
  ),
  binary("a length that cuts the JSON", {}, Buffer.alloc(8), "20"),
  binary("a length of no JSON", {}, Buffer.alloc(8), "0"),
  ...[-4, 1.5, "4", null, 2 ** 60, 9].map((size) =>
    binary(`a size of ${JSON.stringify(size)}`, { parameters: { binary_data_size: size } }),
  ),
  binary("fewer bytes than the shape has", { shape: [3] }, Buffer.alloc(8)),
  binary("more bytes than the inputs have", {}, Buffer.alloc(9)),
  binary("a shape of billions of bytes", { shape: [2 ** 40] }),
  binary("data beside binary data", { data: [1, 2] }),
  binary("an infinite number", { shape: [1], datatype: "FP64" }, Buffer.from(Float64Array.of(Infinity).buffer)),
  binary("a BOOL of 2", { shape: [8], datatype: "BOOL" }, Buffer.alloc(8, 2)),
  texts("a text whose length lies", [1], "ffffffff6161"),
  texts("a text that is cut", [1], "0500000061"),
  texts("a length that is cut", [2], "000000000000"),
  texts("more texts than the shape has", [1], "0000000000000000"),
  texts("fewer texts than the shape has", [2], "00000000"),
  texts("millions of empty texts", [1, 200_000], "00".repeat(800_000)),
  texts("a text that is no UTF-8", [1], "01000000ff"),
  inferring(
    "a flag that is none",
    JSON.stringify({ ...JSON.parse(tensor({})), parameters: { binary_data_output: "yes" } }),
  ),
  inferring("an unknown output", JSON.stringify({ ...JSON.parse(tensor({})), outputs: [{ name: "none" }] })),
  inferring("an id that is an object", JSON.stringify({ ...JSON.parse(tensor({})), id: {} })),
  { ...inferring("an unknown version", tensor({}), 404), path: "/v2/models/kinds/versions/9/infer" },
];

/** A PNG whose header announces 32,768 × 32,768 pixels. */
function hugePng(): string {
  const header = Buffer.from("89504e470d0a1a0a0000000d49484452000080000000800008020000", "hex");
  return Buffer.concat([header, Buffer.alloc(64)]).toString("base64");
}

async function ask({ path, body, type = "application/json", jsonLength }: Omit<Hostile, "what" | "status">) {
  const headers: Record<string, string> = {
    ...(type === "" ? {} : { "content-type": type }),
    ...(jsonLength === undefined ? {} : { "inference-header-content-length": jsonLength }),
  };
  const response = await fetch(`${served.url}${path}`, { method: "POST", headers, body });
  return {
    status: response.status,
    body: (await response.json()) as { readonly error?: unknown; readonly code?: unknown },
  };
}

describe("a hostile request", () => {
  test.each(hostile)("is refused: $what", async ({ status, ...request }) => {
    const start = performance.now();
    const answer = await ask(request);
    const written = { error: expect.stringMatching(/./u), code: expect.stringMatching(/./u) };
    expect(answer).toEqual({ status, body: expect.objectContaining(written) });
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts|root:/u);
    // The limit is generous, because other tests may be at work; what is attacked would take seconds or gigabytes.
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("leaves a server that answers, with little more memory", async () => {
    expect((await ask({ path: "/predict", body: JSON.stringify(example) })).status).toBe(200);
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 3; round++)
      await Promise.all(hostile.map(({ status: _status, ...request }) => ask(request)));
    expect((await ask({ path: "/predict", body: JSON.stringify(example) })).status).toBe(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * megabyte);
  });
});

describe("a connection", () => {
  const { hostname, port } = { hostname: "127.0.0.1", port: () => Number(new URL(served.url).port) };

  /** Writes pieces, one every 100 ms, and resolves to what comes back until the server closes the connection. */
  function slowly(pieces: Iterable<string>): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect(port(), hostname);
      const waiting = pieces[Symbol.iterator]();
      let text = "";
      const timer = setInterval(() => {
        const next = waiting.next();
        if (next.done !== true && socket.writable) socket.write(next.value);
      }, 100);
      socket.setEncoding("utf8").on("data", (piece) => (text += String(piece)));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(timer);
        resolve(text);
      });
      setTimeout(() => reject(new Error("the connection stays open")), 10_000).unref();
    });
  }

  test("whose head comes too slowly is closed", async () => {
    const head = [
      "GET /v2 HTTP/1.1\r\nhost: localhost\r\n",
      ...Array.from({ length: 200 }, (_, at) => `x-${at}: 1\r\n`),
    ];
    expect(await slowly(head)).toMatch(/^HTTP\/1\.1 408/u);
  });

  test("whose body comes too slowly is closed", async () => {
    const head =
      "POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
    expect(await slowly([head, ...Array.from({ length: 200 }, () => "{")])).toMatch(/^HTTP\/1\.1 408/u);
  });

  test("that speaks no HTTP is answered with 400 and closed", async () => {
    expect(await slowly(["no protocol\r\n\r\n"])).toMatch(/^HTTP\/1\.1 400/u);
  });

  test("whose head is too long is refused", async () => {
    expect(await slowly([`GET /v2 HTTP/1.1\r\nhost: localhost\r\nx: ${"a".repeat(20_000)}\r\n\r\n`])).toMatch(
      /^HTTP\/1\.1 431/u,
    );
  });

  test("of a page from elsewhere is refused, whatever the name by which it found this machine", async () => {
    const get = (headers: string) =>
      slowly([`GET /v2/models/kinds HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`]);
    expect(await get("host: localhost")).toMatch(/^HTTP\/1\.1 200/u);
    expect(await get("host: elsewhere.example")).toMatch(/^HTTP\/1\.1 403/u);
    expect(await get("host: localhost\r\norigin: https://elsewhere.example")).toMatch(/^HTTP\/1\.1 403/u);
  });
});
