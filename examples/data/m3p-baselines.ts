import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import sharp from "sharp";
import { type DictionaryEntry, type Language, type NamedDrawing, languages } from "./emoji-languages.ts";
import { grouped } from "./splits.ts";

// Prints the baselines of m3p.mtl on its test rows: node m3p-baselines.js FOLDER, where FOLDER holds `named.jsonl`.

const side = 24;
const candidates = 50;

/** The mean pixels of some drawings on white, as a model of this size sees them. */
async function meanPixels(paths: readonly string[]): Promise<Float64Array> {
  const sum = new Float64Array(side * side * 3);
  for (const path of paths) {
    const pixels = await sharp(path, { density: 96 })
      .flatten({ background: "white" })
      .resize(side, side)
      .removeAlpha()
      .raw()
      .toBuffer();
    for (const [index, value] of pixels.entries()) sum[index] = (sum[index] ?? 0) + value / paths.length;
  }
  return sum;
}

function distance(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, index) => sum + (value - (other[index] ?? 0)) ** 2, 0);
}

/** The probability that none of the `better` candidates of `all` is among those that are drawn beside the right one. */
function chanceOfFirst(better: number, all: number): number {
  let chance = 1;
  for (let drawn = 0; drawn < candidates - 1; drawn++) chance *= Math.max(all - better - drawn, 0) / (all - drawn);
  return chance;
}

/** The sequences of three characters of a name, with its ends. */
function trigrams(name: string): ReadonlySet<string> {
  const padded = ` ${name.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)));
}

/** The known name that has the largest share of its trigrams in common with a name. */
function nearestName(name: string, known: readonly string[]): string {
  const own = trigrams(name);
  const shares = known.map((each) => {
    const others = trigrams(each);
    const common = [...own].filter((part) => others.has(part)).length;
    return common / (own.size + others.size - common);
  });
  return known[shares.indexOf(Math.max(...shares))] ?? "";
}

const [, , folder = "examples/data/emoji"] = argv;
const read = async <Row>(name: string): Promise<readonly Row[]> =>
  (await readFile(join(folder, name), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);

const rows = await read<NamedDrawing>("named.jsonl");
const test = rows.filter(({ split }) => split === "test");
const drawings = await Promise.all(test.map(({ drawing }) => meanPixels([join(folder, drawing)])));
const trained = rows.filter(({ split }) => split === "train");
const prototypes = new Map<string, Float64Array>();
for (const [name, own] of grouped(trained, ({ english }) => english))
  prototypes.set(name, await meanPixels(own.map(({ drawing }) => join(folder, drawing))));

/** Recall at 1 among fifty drawings by pixels, for the English name that is found for each test row. */
function recall(englishOf: (row: NamedDrawing) => string): number {
  const chances = test.map((row, right) => {
    const prototype = prototypes.get(englishOf(row)) ?? new Float64Array(0);
    const distances = drawings.map((pixels) => distance(pixels, prototype));
    const better = distances.filter((each) => each < (distances[right] ?? 0)).length;
    return chanceOfFirst(better, test.length - 1);
  });
  return chances.reduce((sum, chance) => sum + chance, 0) / test.length;
}

const dictionary = new Map(
  (await read<DictionaryEntry>("dictionary.jsonl")).map(({ word, language, translation }) => [
    `${language} ${translation}`,
    word,
  ]),
);
const report = (what: string, value: number): void => void stdout.write(`${what}: recall at 1 ${value.toFixed(3)}\n`);
report("chance", 1 / candidates);
report(
  "the English name, then pixels",
  recall(({ english }) => english),
);
const known = [...prototypes.keys()];
for (const language of Object.keys(languages).filter((each): each is Language => each !== "english")) {
  report(
    `the ${language} name, the English one most alike, then pixels`,
    recall((row) => nearestName(row[language], known)),
  );
  if (dictionary.has(`${language} ${test[0]?.[language] ?? ""}`))
    report(
      `the ${language} name, the dictionary, then pixels`,
      recall((row) => dictionary.get(`${language} ${row[language]}`) ?? ""),
    );
}
