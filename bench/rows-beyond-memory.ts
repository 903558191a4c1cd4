import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import type { ResolvedSpecification } from "../compiler/schema/resolved.ts";
import { currentSemantics } from "../compiler/semantics.ts";
import { openData } from "../runtime/data/open-data.ts";
import { generator } from "../runtime/random/generator.ts";
import { orderOfEpoch } from "../runtime/train/supply/epoch-order.ts";

/** The measurements of a table of one size; times are in seconds. */
export interface OpenedTable {
  readonly rows: number;
  readonly seconds: number;
  /** Bytes resident before the table is opened, and their peak until the end. */
  readonly idle: number;
  readonly peak: number;
  /** Rows a second in batches of 32, shuffled among all rows, and within a window. */
  readonly shuffled: number;
  readonly windowed: number;
}

const memory = 200e6;
const window = 20_000;
const batch = 32;
/** The time for which batches are read. */
const readingSeconds = 5;

const specification: ResolvedSpecification = {
  language: 1,
  semantics: currentSemantics,
  model: { name: "rows_beyond_memory" },
  params: {},
  modalities: {
    signal: { kind: "tensor", shape: [64] },
    seen: { kind: "table", numeric: ["height", "width"], categorical: [["place", 1000]], missing: [] },
  },
  tasks: {
    grade: {
      name: "grade",
      target: { kind: "category", column: "grade", classes: 5 },
      metrics: [],
      weight: 1,
      inputs: [
        { modality: "signal", optional: false },
        { modality: "seen", optional: false },
      ],
    },
  },
  datasets: {
    rows: {
      name: "rows",
      path: "rows.jsonl",
      columns: { signal: "signal", seen: ["height", "width", "place"], grade: "grade" },
      split: { kind: "shares", train: 0.8, validation: 0.1, test: 0.1 },
      tasks: ["grade"],
      bad_rows: 0.05,
      memory,
    },
  },
  stages: [],
};

/**
 * Writes rows of about a kilobyte: a signal of 64 numbers, a table of two numbers and one of a million names, and a
 * class.
 */
async function writeTable(path: string, bytes: number): Promise<void> {
  const random = generator(1, "rows beyond memory");
  const below = (most: number): number => Math.floor(random.uniform() * most);
  const file = createWriteStream(path);
  for (let written = 0; written < bytes;) {
    const rows = Array.from({ length: 500 }, () =>
      JSON.stringify({
        signal: Array.from({ length: 64 }, () => random.uniform()),
        height: random.uniform() * 100,
        width: random.uniform() / 7,
        place: `place ${Math.floor(1e6 * random.uniform() ** 4)}`,
        grade: below(5),
      }),
    );
    const piece = `${rows.join("\n")}\n`;
    written += piece.length;
    if (!file.write(piece)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

async function measure(gigabytes: number, folder: string): Promise<OpenedTable> {
  await writeTable(join(folder, "rows.jsonl"), gigabytes * 1e9);
  const idle = process.memoryUsage().rss;
  const start = performance.now();
  const data = await openData({ specification, root: folder, cache: { folder } });
  const seconds = (performance.now() - start) / 1000;
  const rows = data.rows("grade", "train");
  const speed = async (within: number | undefined): Promise<number> => {
    const order = orderOfEpoch({ seed: 1, stage: "fit", task: "grade", rows, batch, window: within }, 0);
    const began = performance.now();
    let read = 0;
    for (; read < rows && performance.now() - began < 1000 * readingSeconds; read += batch)
      await data.batch({ task: "grade", split: "train", rows: order.slice(read, read + batch), size: batch });
    return (1000 * read) / (performance.now() - began);
  };
  const [windowed, shuffled] = [await speed(window), await speed(undefined)];
  await data.close();
  return { rows, seconds, idle, peak: 1024 * process.resourceUsage().maxRSS, shuffled, windowed };
}

/**
 * `rows-beyond-memory.js GIGABYTES FOLDER` prints an `OpenedTable`. The table and the rows are written into the folder.
 */
const [gigabytes = "", parent = ""] = process.argv.slice(2);
const folder = await mkdtemp(join(parent, "mtl-rows-"));
try {
  console.log(JSON.stringify(await measure(Number(gigabytes), folder)));
} finally {
  await rm(folder, { recursive: true });
}
