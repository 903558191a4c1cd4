import { join } from "node:path";
import { argv, stdout } from "node:process";
import sharp from "sharp";
import type { CaptionRow, VideoRow, QuestionRow } from "./omninet-pictures.ts";
import { readParts } from "./read-parts.ts";
import { grouped } from "./splits.ts";
import type { TaggedRow } from "./tagged-sentences.ts";
import { countsOf } from "./words.ts";

// Prints the baselines of OmniNet's example: node omninet-baselines.js FOLDER, where FOLDER holds the tables of `omninet.ts`.

const [, , folder = "examples/data/omninet"] = argv;
const end = "the end";

function mostFrequent<Item>(items: readonly Item[]): Item | undefined {
  return [...countsOf(items)].reduce<readonly [Item | undefined, number]>(
    (best, each) => (each[1] > best[1] ? each : best),
    [undefined, 0],
  )[0];
}

/** The words of a text, and its end, which is a token too. */
const tokensOf = (text: string): readonly string[] => [...text.split(" "), end];

/** Prints the share of right answers, and for texts also that of right tokens, at the positions of the right text. */
function show<Row>(
  name: string,
  test: readonly Row[],
  { right, predict, per }: { right: (row: Row) => string; predict: (row: Row) => string; per: "answer" | "token" },
): void {
  const whole = test.filter((row) => predict(row) === right(row)).length / test.length;
  const tokens = test.flatMap((row) => {
    const predicted = tokensOf(predict(row));
    return tokensOf(right(row)).map((token, index) => predicted[index] === token);
  });
  const ofTokens = tokens.filter(Boolean).length / tokens.length;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  stdout.write(
    `  ${name}: ${per === "answer" ? `accuracy ${percent(whole)}` : `accuracy of tokens ${percent(ofTokens)}, exact match ${percent(whole)}`}\n`,
  );
}

type Pixels = readonly Uint8Array[];

const decoded = new Map<string, Promise<Uint8Array>>();

/** The pixels of pictures by their paths. */
function pixelsOf(paths: readonly string[]): Promise<Pixels> {
  return Promise.all(
    paths.map((path) => {
      const known = decoded.get(path) ?? sharp(join(folder, path)).removeAlpha().raw().toBuffer();
      decoded.set(path, known);
      return known;
    }),
  );
}

/** For each row of the test, the row to train on whose pictures are nearest by the squared distance of their pixels. */
async function nearestRows<Row>(
  train: readonly Row[],
  test: readonly Row[],
  picturesOf: (row: Row) => readonly string[],
): Promise<ReadonlyMap<Row, Row>> {
  const trained = await Promise.all(
    train.map(async (row) => ({ row, pixels: Buffer.concat(await pixelsOf(picturesOf(row))) })),
  );
  const found = new Map<Row, Row>();
  for (const row of test) {
    const pixels = Buffer.concat(await pixelsOf(picturesOf(row)));
    let least = Infinity;
    for (const each of trained) {
      const distance = squaredDistance(pixels, each.pixels, least);
      if (distance >= least) continue;
      least = distance;
      found.set(row, each.row);
    }
  }
  return found;
}

/** The squared distance, or any number above `most` where it exceeds that. */
function squaredDistance(one: Uint8Array, other: Uint8Array, most: number): number {
  let sum = 0;
  for (let at = 0; at < one.length && sum <= most; at += 1) sum += ((one[at] ?? 0) - (other[at] ?? 0)) ** 2;
  return sum;
}

async function captions(): Promise<void> {
  const { train, test } = await readParts<CaptionRow>(join(folder, "captions.jsonl"));
  stdout.write(`describe: ${train.length} rows to train on, ${test.length} to test\n`);
  const right = (row: CaptionRow): string => row.caption;
  const words = [0, 1, 2].map((index) => mostFrequent(train.map(({ caption }) => caption.split(" ")[index])) ?? "");
  show("most frequent word at each position", test, { right, predict: () => words.join(" "), per: "token" });
  const nearest = await nearestRows(train, test, ({ scene }) => [scene]);
  show("caption of the nearest picture", test, {
    right,
    predict: (row) => nearest.get(row)?.caption ?? "",
    per: "token",
  });
}

async function tags(): Promise<void> {
  const { train, test } = await readParts<TaggedRow>(join(folder, "tags.jsonl"));
  stdout.write(`tag: ${train.length} rows to train on, ${test.length} to test\n`);
  const tagged = train.flatMap(({ words, tags: classes }) => {
    const names = classes.split(" ");
    return words.split(" ").map((word, index) => ({ word: word.toLowerCase(), name: names[index] ?? "" }));
  });
  const most = mostFrequent(tagged.map(({ name }) => name)) ?? "";
  const ofWord = new Map(
    [...grouped(tagged, ({ word }) => word)].map(([word, found]) => [
      word,
      mostFrequent(found.map(({ name }) => name)),
    ]),
  );
  const right = (row: TaggedRow): string => row.tags;
  const each = (row: TaggedRow, classOf: (word: string) => string): string =>
    row.words
      .split(" ")
      .map((word) => classOf(word.toLowerCase()))
      .join(" ");
  show("most frequent class", test, { right, predict: (row) => each(row, () => most), per: "token" });
  show("most frequent class of the word, noun if it is unknown", test, {
    right,
    predict: (row) => each(row, (word) => ofWord.get(word) ?? "noun"),
    per: "token",
  });
}

async function questions(): Promise<void> {
  const { train, test } = await readParts<QuestionRow>(join(folder, "questions.jsonl"));
  stdout.write(`answer: ${train.length} rows to train on, ${test.length} to test\n`);
  const right = (row: QuestionRow): string => row.answer;
  const most = mostFrequent(train.map(right)) ?? "";
  const asked = grouped(train, ({ question }) => question);
  show("most frequent answer", test, { right, predict: () => most, per: "answer" });
  show("most frequent answer to the question", test, {
    right,
    predict: ({ question }) => mostFrequent((asked.get(question) ?? []).map(right)) ?? most,
    per: "answer",
  });
  const nearest = new Map<QuestionRow, QuestionRow>();
  for (const [question, rows] of grouped(test, (row) => row.question))
    for (const [row, found] of await nearestRows(asked.get(question) ?? [], rows, ({ scene }) => [scene]))
      nearest.set(row, found);
  show("answer to the question about the nearest picture", test, {
    right,
    predict: (row) => nearest.get(row)?.answer ?? most,
    per: "answer",
  });
}

async function videos(): Promise<void> {
  const { train, test } = await readParts<VideoRow>(join(folder, "videos.jsonl"));
  stdout.write(`motion: ${train.length} rows to train on, ${test.length} to test\n`);
  const right = (row: VideoRow): string => row.motion;
  const most = mostFrequent(train.map(right)) ?? "";
  show("most frequent motion", test, { right, predict: () => most, per: "answer" });
  const nearest = await nearestRows(train, test, ({ clip }) => clip);
  show("motion of the nearest video", test, {
    right,
    predict: (row) => nearest.get(row)?.motion ?? most,
    per: "answer",
  });
}

await captions();
await tags();
await questions();
await videos();
