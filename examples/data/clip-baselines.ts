import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { compileProgram } from "../../compiler/program.ts";
import type { Split } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { chanceWithin } from "../../runtime/metrics/first-right.ts";
import type { EmojiPair } from "./emoji-pairs.ts";
import { overlap } from "./words.ts";

// Prints the baselines of clip.mtl on its test rows: node clip-baselines.js FOLDER, where FOLDER holds `clip.mtl` and `data/`.

type Pixels = ArrayLike<number>;

/** Two artists' drawings of one emoji, as the model sees them, and its name. */
interface SeenPair {
  readonly drawing: Pixels;
  readonly other: Pixels;
  readonly label: string;
}

async function pairsOf(folder: string, splits: readonly Split[]): Promise<readonly (readonly SeenPair[])[]> {
  const { program } = compileProgram({ entry: join(folder, "clip.mtl"), host: createNodeHost() });
  if (!program) throw new Error("clip.mtl has errors");
  const lines = (await readFile(join(folder, "data/emoji/pairs.jsonl"), "utf8")).trim().split("\n");
  const data = await openData({ specification: program.specification, root: folder, cache: "none" });
  try {
    return await Promise.all(
      splits.map(async (split) => {
        const size = data.rows("same", split);
        const rows = Array.from({ length: size }, (_, row) => row);
        const { features, keys } = await data.batch({ task: "same", split, size, rows });
        const pixelsOf = (name: string, row: number): Pixels => {
          const values = features.get(name) ?? new Float32Array(0);
          const width = values.length / size;
          return values.subarray(row * width, (row + 1) * width);
        };
        return keys.map((key, row) => {
          const line = lines[Number(key.split(":").at(-1)) - 1] ?? "{}";
          const { label } = JSON.parse(line) as EmojiPair;
          return { drawing: pixelsOf("drawing", row), other: pixelsOf("other", row), label };
        });
      }),
    );
  } finally {
    await data.close();
  }
}

function distance(one: Pixels, other: Pixels): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += ((one[index] ?? 0) - (other[index] ?? 0)) ** 2;
  return sum;
}

/** The expected share of queries of which a right candidate is among the first k; `scores` has a row for each query. */
function recallAt(k: number, scores: readonly (readonly number[])[], isRight: (query: number, of: number) => boolean) {
  const chances = scores.map((row, query) => {
    const best = Math.max(...row.filter((_, of) => isRight(query, of)));
    const tied = row.flatMap((score, of) => (score === best ? [isRight(query, of)] : []));
    const right = tied.filter(Boolean).length;
    return chanceWithin(k, { before: row.filter((score) => score > best).length, right, wrong: tied.length - right });
  });
  return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
}

const [, , folder = "examples"] = argv;
const [train = [], test = []] = await pairsOf(folder, ["train", "test"]);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function report(name: string, scores: readonly (readonly number[])[]): void {
  const isRight = (query: number, of: number): boolean => test[query]?.label === test[of]?.label;
  const [first, five] = [1, 5].map((k) => percent(recallAt(k, scores, isRight)));
  stdout.write(`${name}: recall at 1 ${first}, at 5 ${five}, of ${test.length}\n`);
}

report(
  "drawing to the other artist's, by pixels",
  test.map(({ drawing }) => test.map(({ other }) => -distance(drawing, other))),
);
report(
  "the other artist's to the drawing, by pixels",
  test.map(({ other }) => test.map(({ drawing }) => -distance(drawing, other))),
);

// A drawing has the name of the training drawing that is nearest to it. Every training drawing is the first one of a row.
const nearest = test.map(({ drawing }) => {
  const distances = train.map((row) => distance(drawing, row.drawing));
  return train[distances.indexOf(Math.min(...distances))]?.label ?? "";
});
report(
  "name to drawing, by words in common with the name of the nearest training drawing",
  test.map(({ label }) => nearest.map((name) => overlap(label, name))),
);

// A name has the training drawings whose name has most words in common with it.
const known = new Map<string, Pixels[]>();
for (const { label, drawing } of train) known.set(label, [...(known.get(label) ?? []), drawing]);
const bridges = test.map(({ label }) => {
  const common = [...known.keys()].map((name) => overlap(label, name));
  return [...known.values()][common.indexOf(Math.max(...common))] ?? [];
});
report(
  "name to drawing, by the pixels of the nearest drawing of the name with most words in common",
  bridges.map((drawings) => test.map(({ drawing }) => -Math.min(...drawings.map((own) => distance(own, drawing))))),
);
