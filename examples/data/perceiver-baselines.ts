import { join } from "node:path";
import { argv, stdout } from "node:process";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { compileProgram } from "../../compiler/program.ts";
import type { Batch, Data, Split } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { TensorData } from "../../runtime/engines/engine.ts";

// Prints the baselines of the two Perceivers: node perceiver-baselines.js FOLDER, where FOLDER holds their specifications and `data/`.

async function open(folder: string, name: string): Promise<Data> {
  const { program } = compileProgram({ entry: join(folder, name), host: createNodeHost() });
  if (!program) throw new Error(`${name} has errors`);
  return openData({ specification: program.specification, root: folder, cache: "none" });
}

function whole(data: Data, task: string, split: Split): Promise<Batch> {
  const size = data.rows(task, split);
  return data.batch({ task, split, size, rows: Array.from({ length: size }, (_, row) => row) });
}

function feature({ features }: Batch, name: string): TensorData {
  const found = features.get(name);
  if (!found) throw new Error(`no feature ${name}`);
  return found;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function digitBaselines(folder: string): Promise<void> {
  const data = await open(folder, "perceiver.mtl");
  const train = await whole(data, "digit", "train");
  const pixels = rowsOf(train, "pixels");
  const targets = feature(train, "digit.target");
  const means = Array.from({ length: 10 }, (_, digit) =>
    meanOf(pixels.filter((_row, index) => targets[index] === digit)),
  );
  const counts = Array.from({ length: 10 }, (_, digit) => targets.filter((target) => target === digit).length);
  const classifiers = {
    "most frequent digit": () => counts.indexOf(Math.max(...counts)),
    "nearest mean picture": (row: Float32Array) => nearest(means, row),
    "nearest training picture": (row: Float32Array) => targets[nearest(pixels, row)] ?? -1,
  };
  for (const split of ["validation", "test"] as const) {
    const held = await whole(data, "digit", split);
    const wanted = feature(held, "digit.target");
    const rows = rowsOf(held, "pixels");
    stdout.write(`digits, ${split}: ${rows.length} rows, trained on ${pixels.length}\n`);
    for (const [name, classify] of Object.entries(classifiers)) {
      stdout.write(
        `  ${name}: ${percent(rows.filter((row, index) => classify(row) === wanted[index]).length / rows.length)}\n`,
      );
    }
  }
}

function rowsOf(batch: Batch, name: string): readonly Float32Array[] {
  const values = feature(batch, name);
  const width = values.length / batch.rowWeight.length;
  return Array.from(batch.rowWeight, (_, row) => Float32Array.from(values.subarray(row * width, (row + 1) * width)));
}

function meanOf(rows: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(rows[0]?.length ?? 0);
  for (const row of rows) for (const [at, value] of row.entries()) sum[at] = (sum[at] ?? 0) + value / rows.length;
  return sum;
}

function nearest(candidates: readonly Float32Array[], row: Float32Array): number {
  let best = -1;
  let least = Infinity;
  for (const [index, candidate] of candidates.entries()) {
    let distance = 0;
    for (let at = 0; at < row.length; at++) distance += ((row[at] ?? 0) - (candidate[at] ?? 0)) ** 2;
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}

const vocabulary = 262;
/** The id of the first byte. Smaller ids are special tokens, such as the mask. */
const firstByte = 6;

/** Predicts the hidden bytes of the evaluation by how often each byte occurs, and by how often it follows the previous byte. */
async function byteBaselines(folder: string): Promise<void> {
  const data = await open(folder, "perceiver_io.mtl");
  const alone = new Float64Array(vocabulary).fill(1);
  const after = Array.from({ length: vocabulary }, () => new Float64Array(vocabulary).fill(1));
  const train = await whole(data, "fill", "train");
  for (const row of idsOf(train, "text.original")) {
    for (const [index, id] of row.entries()) {
      alone[id] = (alone[id] ?? 0) + 1;
      const follow = after[row[index - 1] ?? 0];
      if (follow) follow[id] = (follow[id] ?? 0) + 1;
    }
  }
  const guesses = {
    "most frequent byte": () => alone,
    "byte after the one before": (before: number) => (before < firstByte ? alone : (after[before] ?? alone)),
  };
  for (const split of ["validation", "test"] as const) {
    const held = await whole(data, "fill", split);
    const [shown, positions, targets] = [
      idsOf(held, "text.ids"),
      rowsIn(held, "text.masked"),
      rowsIn(held, "fill.target"),
    ];
    const asked = targets.flatMap((row, index) =>
      [...row].flatMap((id, slot) =>
        id < 0 ? [] : [{ id, before: shown[index]?.[(positions[index]?.[slot] ?? 0) - 1] ?? 0 }],
      ),
    );
    stdout.write(`bytes, ${split}: ${asked.length} hidden bytes\n`);
    for (const [name, guess] of Object.entries(guesses)) {
      const right = asked.filter(({ id, before }) => largest(guess(before)) === id).length;
      const surprise = asked.reduce(
        (sum, { id, before }) =>
          sum - Math.log((guess(before)[id] ?? 0) / guess(before).reduce((total, count) => total + count, 0)),
        0,
      );
      stdout.write(
        `  ${name}: accuracy ${percent(right / asked.length)}, perplexity ${Math.exp(surprise / asked.length).toFixed(1)}\n`,
      );
    }
  }
}

function largest(counts: Float64Array): number {
  return counts.reduce((best, count, index) => (count > (counts[best] ?? 0) ? index : best), 0);
}

function rowsIn(batch: Batch, name: string): readonly TensorData[] {
  const values = feature(batch, name);
  const width = values.length / batch.rowWeight.length;
  return Array.from(batch.rowWeight, (_, row) => values.subarray(row * width, (row + 1) * width));
}

/** The token ids of each row, without padding. */
function idsOf(batch: Batch, name: string): readonly TensorData[] {
  const masks = rowsIn(batch, "text.mask");
  return rowsIn(batch, name).map((row, index) =>
    row.subarray(0, masks[index]?.filter((there) => there > 0).length ?? 0),
  );
}

const [, , folder = "examples"] = argv;
await digitBaselines(folder);
await byteBaselines(folder);
