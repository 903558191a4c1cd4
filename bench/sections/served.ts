import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { train } from "../../runtime/index.ts";
import { type Repeatable, interleave, median, ratios } from "../interleave.ts";
import type { Section } from "../section.ts";
import { withServer } from "../serve-run.ts";
import { digits, factor, table } from "../table.ts";

const side = 224;
const clients = [1, 8];
const length = 64;

/** Two comparisons of requests to `mtl serve`: the forms of a picture, and numbers of clients that have texts generated. */
export const served: Section = {
  name: "served",
  title: "Binary tensors, and several texts at once",
  run: async ({ repetitions, note }) => {
    const folder = mkdtempSync(join(tmpdir(), "mtl-served-"));
    try {
      return `${await pictures(folder, repetitions, note)}\n\n${await texts(folder, repetitions, note)}`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function trained(folder: string, name: string, specification: string, rows: readonly object[]): Promise<string> {
  writeFileSync(join(folder, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  writeFileSync(join(folder, `${name}.mtl`), specification);
  const run = await train({ specification: join(folder, `${name}.mtl`), runs: join(folder, "runs"), steps: 1 });
  return run.folder;
}

async function pictures(folder: string, repetitions: number, note: (text: string) => void): Promise<string> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#555"/></svg>`;
  const photo = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  const specification = `model pictures
modality photo: image(${side}, ${side}, 3)
task kind { from: mean(photo -> patches(16) -> linear(32))  head: linear(2)  target: category("kind", classes: ["a", "b"]) }
dataset rows { path: "rows.jsonl"  tasks: [kind]  split: { train: 60%, validation: 20%, test: 20% } }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 4  steps: 1 }
`;
  const rows = Array.from({ length: 10 }, (_, row) => ({ photo, kind: "ab"[row % 2], row }));
  const run = await trained(folder, "pictures", specification, rows);
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, at) => (at * 7919) % 256);
  const input = { name: "photo", shape: [1, side, side, 3], datatype: "UINT8" };
  const head = Buffer.from(JSON.stringify({ inputs: [{ ...input, parameters: { binary_data_size: pixels.length } }] }));
  const forms = [
    {
      name: "JSON",
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify({ inputs: [{ ...input, data: [...pixels] }] })),
    },
    {
      name: "binary",
      headers: { "inference-header-content-length": String(head.length) },
      body: Buffer.concat([head, pixels]),
    },
  ];
  return withServer(run, async ({ url }) => {
    const candidates = forms.map(({ name, headers, body }): Repeatable => ({
      name,
      steps: (count) =>
        timed(async () => {
          for (let step = 0; step < count; step++)
            await answered(await fetch(`${url}/v2/models/pictures/infer`, { method: "POST", headers, body }));
        }),
    }));
    note("a picture as JSON, and in binary form");
    const timings = await interleave(candidates, repetitions);
    const [asJson, binary] = timings;
    if (!asJson || !binary) throw new Error("a form was not measured");
    const cells = timings.map(({ name, samples }, index) => [
      name,
      digits((forms[index]?.body.length ?? 0) / 1000),
      digits(median(samples)),
    ]);
    return `A request of one client to the Open Inference Protocol, with a picture of ${side} × ${side} pixels (UINT8), to a model that has little to compute. The request in JSON takes ${factor(median(ratios(asJson, binary)))} the time of the one in [binary form](../docs/serving.md#the-open-inference-protocol).

${table(["picture", "body, kB", "ms"], cells)}`;
  });
}

async function texts(folder: string, repetitions: number, note: (text: string) => void): Promise<string> {
  const specification = `model texts
modality words: text(max_length: ${length}, tokenizer: characters(64), separators: after)
stream read = words -> embed(256) -> positions -> transformer(layers: 4, heads: 4, dropout: 0%, causal: true)
task continued { from: read  head: linear(64)  target: sequence(words, decode: sample(temperature: 50)) }
dataset rows { path: "rows.jsonl"  tasks: [continued]  split: { train: 60%, validation: 20%, test: 20% } }
stage fit { optimizer: adamw(rate: 1e-4)  batch: 4  steps: 1 }
`;
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789,.;:-+*/()[]{}!?<>=";
  const run = await trained(
    folder,
    "texts",
    specification,
    Array.from({ length: 20 }, (_, row) => ({ words: letters, row })),
  );
  return withServer(run, async ({ url }) => {
    let tokens = 0;
    const request = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const text = async (): Promise<void> => {
      tokens = (await answered(await fetch(`${url}/generate`, request))).split("event: part").length - 1;
    };
    // Each client has several texts generated, one after another; a step is a text of each.
    const candidates = clients.map((several): Repeatable => ({
      name: `${several}`,
      steps: (count) =>
        timed(() =>
          Promise.all(
            Array.from({ length: several }, async () => {
              for (let step = 0; step < count; step++) await text();
            }),
          ),
        ),
    }));
    note("streams of texts");
    const timings = await interleave(candidates, repetitions);
    const [one, many] = timings;
    if (!one || !many) throw new Error("a number of clients was not measured");
    const gain = median(ratios(one, many)) * (clients[1] ?? 1);
    const cells = timings.map(({ name, samples }) => [
      name,
      digits((1000 * Number(name) * tokens) / median(samples)),
      digits(median(samples)),
    ]);
    return `Clients of \`/generate\`, of which each asks for its next text when it has its last one: texts of ${tokens} tokens by a causal transformer (4 layers of width 256). Eight clients get ${factor(gain)} the tokens a second of one.

${table(["clients", "tokens a second", "ms for a text"], cells)}`;
  });
}

async function answered(response: Response): Promise<string> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return text;
}

async function timed(work: () => Promise<unknown>): Promise<{ readonly milliseconds: number }> {
  const start = performance.now();
  await work();
  return { milliseconds: performance.now() - start };
}
