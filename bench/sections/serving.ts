import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { train } from "../../runtime/index.ts";
import { generator } from "../../runtime/random/generator.ts";
import { NotInstalled } from "../candidate.ts";
import type { Section } from "../section.ts";
import { type Server, withServer } from "../serve-run.ts";
import { digits, table } from "../table.ts";

const clients = [1, 8, 32];
const seconds = 8;
const manyRequests = 100_000;

/** Without a bound, V8 puts off the collection of what grows old, which looks like a leak. */
const boundedHeap = ["--max-old-space-size=64", "--max-semi-space-size=2"];

/** A model with the examples that are sent. */
interface Served {
  readonly name: string;
  readonly run: string;
  readonly examples: readonly object[];
}

export const serving: Section = {
  name: "serving",
  title: "Serving over HTTP",
  measured: "once",
  run: async ({ note }) => {
    const folder = mkdtempSync(join(tmpdir(), "mtl-serving-"));
    try {
      const light = await lightModel(folder);
      const models = [light, await quickstart(folder)];
      const rows: string[][] = [];
      for (const model of models)
        rows.push(...(await withServer(model.run, (server) => measuredRows(model, server, note))));
      const memory = await withServer(light.run, (server) => memoryOver(light, server, note), boundedHeap);
      return `\`mtl serve\` with one thread, asked on loopback by autocannon in another process of the same machine, which takes a part of its processors: requests of one example to \`/predict\` for ${seconds} s at each number of clients, of which each sends its next request when it has its answer. The light model reads a text of at most 16 tokens and two columns of a table, so that HTTP is most of its work; the quickstart's reads a drawing (SVG, as a data URI) and a name, and decoding the drawing is most of its work.

${table(["model", "clients", "requests a second", "p50, ms", "p99, ms", "examples a batch"], rows)}

${memory}`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function lightModel(folder: string): Promise<Served> {
  const random = generator(1, "serving");
  const letters = "abcdefgh";
  const examples = Array.from({ length: 64 }, () => ({
    words: Array.from({ length: 10 }, () => letters[random.below(8)]).join(""),
    facts: { weight: random.below(100) / 10, colour: ["red", "green", "blue"][random.below(3)] },
  }));
  const rows = examples.map(({ words, facts }, row) => ({
    words,
    ...facts,
    kind: row % 2 === 0 ? "a" : "b",
    size: row % 7,
  }));
  writeFileSync(join(folder, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  writeFileSync(
    join(folder, "light.mtl"),
    `model light
modality words: text(max_length: 16, tokenizer: characters(size: 64))
modality facts: table(numeric: ["weight"], categorical: { colour: 4 })
stream read = words -> embed(32) -> positions -> transformer(layers: 1, heads: 2)
stream known = facts -> as_vector -> linear(32)
task kind { from: mean(read) + known  head: linear(2)  target: category("kind", classes: ["a", "b"]) }
task size { from: mean(read) + known  head: linear(1)  target: number("size") }
dataset rows { path: "rows.jsonl"  tasks: [kind, size]  split: { train: 60%, validation: 20%, test: 20% } }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 8  steps: 4 }
`,
  );
  const { folder: run } = await train({ specification: join(folder, "light.mtl"), runs: join(folder, "runs") });
  return { name: "light", run, examples };
}

async function quickstart(folder: string): Promise<Served> {
  const data = join(packageRoot(), "examples", "data", "emoji");
  if (!existsSync(join(data, "emoji.jsonl")))
    throw new NotInstalled(
      "the quickstart's data is not prepared: node dist/examples/data/prepare.js examples/data/emoji",
    );
  const { folder: run } = await train({
    specification: join(packageRoot(), "examples", "mbt.mtl"),
    runs: join(folder, "runs"),
    steps: 1,
  });
  const lines = readFileSync(join(data, "emoji.jsonl"), "utf8").split("\n").slice(0, 6400);
  const examples = lines
    .filter((line, at) => line !== "" && at % 100 === 0)
    .map((line) => {
      const { drawing, label } = JSON.parse(line) as { readonly drawing: string; readonly label: string };
      const svg = readFileSync(join(data, drawing));
      return { drawing: `data:image/svg+xml;base64,${svg.toString("base64")}`, name: label };
    });
  return { name: "quickstart", run, examples };
}

function requestsOf({ examples }: Served) {
  return examples.map((example) => ({
    method: "POST" as const,
    path: "/predict",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(example),
  }));
}

async function measuredRows(model: Served, { url }: Server, note: (text: string) => void): Promise<string[][]> {
  const requests = requestsOf(model);
  // The first requests compile functions of Node.
  await autocannon({ url, connections: 4, amount: 400, requests });
  const rows: string[][] = [];
  for (const connections of clients) {
    note(`${model.name}, ${connections} clients`);
    const before = await batchesOf(url);
    const {
      requests: sent,
      duration,
      latency,
      errors,
      non2xx,
    } = await autocannon({ url, connections, duration: seconds, requests });
    const after = await batchesOf(url);
    if (errors + non2xx > 0) throw new Error(`${errors} errors, ${non2xx} refusals`);
    const perBatch = (after.examples - before.examples) / (after.batches - before.batches);
    const figures = [sent.total / duration, latency.p50, latency.p99, perBatch].map(digits);
    rows.push([model.name, String(connections), ...figures]);
  }
  return rows;
}

/** The examples and batches that a server has counted. */
async function batchesOf(url: string): Promise<{ readonly examples: number; readonly batches: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (name: string) =>
    Number(new RegExp(`^mtl_batch_examples_${name}\\{[^}]*\\} (\\d+)$`, "mu").exec(text)?.[1] ?? 0);
  return { examples: of("sum"), batches: of("count") };
}

async function memoryOver(
  model: Served,
  { url, process: { pid } }: Server,
  note: (text: string) => void,
): Promise<string> {
  if (!existsSync(`/proc/${pid}/status`)) return "Memory is read from `/proc`, which only Linux has.";
  const requests = requestsOf(model);
  const resident = () =>
    Number(/^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  const figures: string[] = [];
  let sent = 0;
  for (const until of [1000, 10_000, 25_000, 50_000, 75_000, manyRequests]) {
    note(`memory, ${until} requests`);
    const { errors, non2xx } = await autocannon({ url, connections: 32, amount: until - sent, requests });
    if (errors + non2xx > 0) throw new Error(`${errors} errors, ${non2xx} refusals`);
    sent = until;
    figures.push(`${until.toLocaleString("en")}: ${digits(resident())}`);
  }
  return `Resident megabytes of the server of the light model after so many requests of 32 clients, with at most 64 MB for old objects (\`node ${boundedHeap.join(" ")}\`): ${figures.join(", ")}.`;
}
