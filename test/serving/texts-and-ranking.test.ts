import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TrainedModel, load } from "../../runtime/index.ts";
import { type Served, serve } from "../../serving/serve.ts";
import { folderWith, mtl } from "../cli/run.ts";

const specification = `model mirror
modality word: text(max_length: 5, tokenizer: characters(12))
modality turned: text(max_length: 5, tokenizer: characters(12), separators: after)
modality colour: tensor(shape: [3])
stream read = word -> embed(8) -> positions
task turn {
  from: turned -> embed(8) -> positions -> decoder(read, layers: 1, heads: 2, dropout: 0%, causal: true)
  head: linear(12)
  target: sequence(turned)
}
task named { from: (mean(read) -> linear(4), colour -> linear(4))  target: contrastive(word, colour, width: 4) }
dataset words { path: "words.jsonl"  split: { train: 70%, validation: 15%, test: 15% }  tasks: [turn, named] }
stage fit { optimizer: adamw(rate: 0.01)  batch: 8  steps: 8 }
`;

const letters = ["a", "b", "c", "d", "e"];
const rows = letters.flatMap((one, at) =>
  letters.map((two, to) => ({ word: one + two, turned: two + one, colour: [at, to, at - to], code: `${at}${to}` })),
);

let root = "";
let model: TrainedModel;
let served: Served;

beforeAll(async () => {
  root = folderWith({ "mirror.mtl": specification, "words.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") });
  expect(await mtl(["train", "mirror.mtl", "--threads", "1"], { cwd: root })).toMatchObject({ code: 0 });
  const run = join(root, "runs", "mirror-0001");
  model = await load(run, { threads: 1, folder: root });
  const candidates = await model.candidates({ paths: ["words.jsonl"] }, { task: "named", query: "word" });
  await candidates.save(join(root, "colours.safetensors"));
  served = await serve({
    runs: [{ name: "mirror", path: run, against: join(root, "colours.safetensors") }],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    followSeconds: 0,
  });
}, 120_000);
afterAll(async () => {
  await served.close();
  await model.dispose();
  await rm(root, { recursive: true, force: true });
});

async function ask(path: string, value: unknown) {
  const body = JSON.stringify(value);
  const response = await fetch(`${served.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

/** The events of a stream, each with its data. */
function eventsOf(text: string): readonly (readonly [name: string, data: Readonly<Record<string, unknown>>])[] {
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => {
      const [name = "", data = ""] = event.split("\n").map((line) => line.slice(line.indexOf(": ") + 2));
      return [name, JSON.parse(data)] as const;
    });
}

describe("a text", () => {
  test("comes part by part, and is the prediction", async () => {
    const { status, type, text } = await ask("/generate", { word: "ab" });
    const events = eventsOf(text);
    const predicted = await model.predict({ word: "ab" }, { task: "turn" });
    const parts = events.filter(([name]) => name === "part").map(([, { text: part }]) => part);
    expect([status, type]).toEqual([200, "text/event-stream; charset=utf-8"]);
    expect(events.at(-1)).toEqual(["end", { text: parts.join(""), probability: expect.any(Number) }]);
    expect(parts.join("")).toBe(predicted.kind === "sequence" ? predicted.text : undefined);
  });

  test("is that of its example when several are generated together", async () => {
    const words = rows.slice(0, 12).map(({ word }) => word);
    const answers = await Promise.all(words.map((word) => ask("/generate", { word })));
    const alone = await model.predictAll(
      words.map((word) => ({ word })),
      { task: "turn" },
    );
    for (const [index, { text }] of answers.entries()) {
      const events = eventsOf(text);
      const parts = events.filter(([name]) => name === "part").map(([, { text: part }]) => part);
      const expected = alone[index]?.kind === "sequence" ? alone[index] : undefined;
      expect(parts.join("")).toBe(expected?.text);
      expect(events.at(-1)?.[1]["probability"]).toBeCloseTo(expected?.probability ?? Number.NaN, 5);
    }
  });

  test("is decoded as the request says, alone or as a prediction", async () => {
    const { text } = await ask("/generate/mirror?decode=greedy(among:%20[%22abc%22])&task=turn", { word: "ab" });
    expect(eventsOf(text).at(-1)?.[1]).toMatchObject({ text: "abc" });
    const predicted = await ask("/predict?tasks=turn&decode=beam(among:%20[%22cab%22])", [
      { word: "ab" },
      { word: "ba" },
    ]);
    expect(JSON.parse(predicted.text)).toMatchObject([{ turn: { text: "cab" } }, { turn: { text: "cab" } }]);
  });

  test("is refused before it begins, with the reason", async () => {
    expect(await ask("/generate", { word: { a: 1 } })).toMatchObject({ status: 400 });
    expect(JSON.parse((await ask("/generate?task=named", { word: "ab" })).text)).toMatchObject({
      code: "bad_request",
      hint: "Texts are generated by: turn.",
    });
    expect(await ask("/generate?decode=loudly", { word: "ab" })).toMatchObject({ status: 400 });
    expect(await ask("/generate?decode=beam(width:%2065)", { word: "ab" })).toMatchObject({ status: 400 });
    expect(await ask("/generate", [{ word: "ab" }])).toMatchObject({ status: 400 });
  });

  test("whose reader leaves does not keep the engine", async () => {
    const socket = connect(Number(new URL(served.url).port), "127.0.0.1");
    const body = JSON.stringify({ word: "ab" });
    socket.on("error", () => undefined);
    socket.write(
      `POST /generate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    expect((await ask("/predict?tasks=turn", { word: "ab" })).status).toBe(200);
  });
});

describe("ranking", () => {
  test("gives the best candidates for an example, as the model does", async () => {
    const { status, text } = await ask("/rank?top=3", { word: "ab" });
    const candidates = await model.readCandidates("colours.safetensors");
    const [expected = []] = await candidates.rank([{ word: "ab" }], { top: 3 });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(expected.map(({ kind: _kind, ...each }) => JSON.parse(JSON.stringify(each))));
  });

  test("is refused for a wrong number of candidates, a wrong example, and a model without candidates", async () => {
    for (const top of ["0", "-1", "1e3", "1001", ""])
      expect(await ask(`/rank?top=${top}`, { word: "ab" })).toMatchObject({ status: 400 });
    expect(await ask("/rank", { colour: [1, 2, 3] })).toMatchObject({ status: 400 });
    expect(await ask("/rank", [{ word: "ab" }])).toMatchObject({ status: 400 });
    const without = await serve({
      runs: [{ name: "mirror", path: join(root, "runs", "mirror-0001") }],
      host: "127.0.0.1",
      port: 0,
      threads: 1,
      followSeconds: 0,
    });
    const response = await fetch(`${without.url}/rank`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"word":"ab"}',
    });
    expect(response.status).toBe(404);
    await without.close();
  });
});
