import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { currentSemantics } from "../../compiler/semantics.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Data, Split } from "../../runtime/data/data.ts";
import type { EmojiRow } from "./emoji-rows.ts";

// Prints the baselines of the quickstart: node emoji-baselines.js FOLDER, where FOLDER holds its `emoji.jsonl`.

const task = "group";
const side = 24;

const specification: ResolvedSpecification = {
  language: 1,
  semantics: currentSemantics,
  model: { name: "baselines" },
  params: {},
  modalities: {
    drawing: { kind: "image", height: side, width: side, channels: 3, fit: "contain", background: "white" },
  },
  tasks: {
    [task]: {
      name: task,
      target: { kind: "category", column: "group", classes: 1000 },
      metrics: [],
      weight: 1,
      inputs: [{ modality: "drawing", optional: false }],
    },
  },
  datasets: {
    emoji: {
      name: "emoji",
      path: "emoji.jsonl",
      columns: { drawing: "drawing", group: "group" },
      split: { kind: "shares", train: 0.7, validation: 0.1, test: 0.2, group: "concept" },
      tasks: [task],
      bad_rows: "report",
    },
  },
  stages: [],
};

interface Example {
  readonly label: string;
  readonly target: number;
  readonly pixels: Float32Array;
}

async function examplesOf(data: Data, split: Split, table: ReadonlyMap<string, EmojiRow>): Promise<readonly Example[]> {
  const size = data.rows(task, split);
  const { features, keys } = await data.batch({
    task,
    split,
    size,
    rows: Array.from({ length: size }, (_, row) => row),
  });
  const pixels = features.get("drawing") ?? new Uint8Array();
  const stride = pixels.length / size;
  return keys.map((key, row) => ({
    label: table.get(key)?.label ?? "",
    target: features.get(`${task}.target`)?.[row] ?? -1,
    pixels: Float32Array.from(pixels.subarray(row * stride, (row + 1) * stride)),
  }));
}

type Classifier = (example: Example) => number;

function majority(train: readonly Example[]): Classifier {
  const counts = countsOf(train.map(({ target }) => target));
  const [most] = [...counts].sort(([, left], [, right]) => right - left)[0] ?? [0];
  return () => most;
}

/** Predicts by multinomial naive Bayes over the words of the name, with add-one smoothing. */
function naiveBayes(train: readonly Example[]): Classifier {
  const classCounts = countsOf(train.map(({ target }) => target));
  const wordCounts = new Map<number, Map<string, number>>();
  const vocabulary = new Set<string>();
  for (const { label, target } of train) {
    const counts = wordCounts.get(target) ?? new Map<string, number>();
    wordCounts.set(target, counts);
    for (const word of wordsOf(label)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      vocabulary.add(word);
    }
  }
  return ({ label }) => {
    const words = wordsOf(label).filter((word) => vocabulary.has(word));
    return bestOf(classCounts.keys(), (target) => {
      const counts = wordCounts.get(target) ?? new Map<string, number>();
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const likelihood = words.reduce(
        (sum, word) => sum + Math.log(((counts.get(word) ?? 0) + 1) / (total + vocabulary.size)),
        0,
      );
      return Math.log((classCounts.get(target) ?? 0) / train.length) + likelihood;
    });
  };
}

/** Predicts the class of the nearest training picture by the Euclidean distance of pixels. */
function nearestPixels(train: readonly Example[]): Classifier {
  return ({ pixels }) =>
    train[bestOf(train.keys(), (index) => -squaredDistance(pixels, train[index]?.pixels ?? pixels))]?.target ?? -1;
}

function wordsOf(label: string): readonly string[] {
  return label.toLowerCase().match(/[\p{L}\p{N}#*]+/gu) ?? [];
}

function countsOf(targets: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  return counts;
}

function bestOf(candidates: Iterable<number>, score: (candidate: number) => number): number {
  let best = -1;
  let highest = -Infinity;
  for (const candidate of candidates) {
    const value = score(candidate);
    if (value > highest) {
      highest = value;
      best = candidate;
    }
  }
  return best;
}

function squaredDistance(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += ((left[at] ?? 0) - (right[at] ?? 0)) ** 2;
  return sum;
}

const [, , folder = "examples/data/emoji"] = argv;
const lines = (await readFile(join(folder, "emoji.jsonl"), "utf8")).trim().split("\n");
const table = new Map(lines.map((line, index) => [`emoji/emoji.jsonl:${index + 1}`, JSON.parse(line) as EmojiRow]));
const data = await openData({ specification, root: folder, cache: "none" });
const train = await examplesOf(data, "train", table);
for (const problem of data.problems) stdout.write(`left out: ${JSON.stringify(problem)}\n`);
stdout.write(`${data.preprocessing.classes[task]?.length} classes\n`);
for (const split of ["validation", "test"] as const) {
  const held = await examplesOf(data, split, table);
  const classes = new Set(held.map(({ target }) => target)).size;
  stdout.write(`${split}: ${held.length} rows of ${classes} classes, trained on ${train.length}\n`);
  for (const [name, classify] of Object.entries({
    majority: majority(train),
    "naive Bayes on the name": naiveBayes(train),
    "nearest picture": nearestPixels(train),
  })) {
    const right = held.filter((example) => classify(example) === example.target).length;
    stdout.write(`  ${name}: ${((100 * right) / held.length).toFixed(1)} %\n`);
  }
}
