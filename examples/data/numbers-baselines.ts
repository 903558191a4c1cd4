import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import sharp from "sharp";
import type { NumberRow } from "./numbers.ts";

// node numbers-baselines.js FOLDER prints how often the name of a number is right without a model: always the most frequent
// name, and the name of the training picture with the most similar pixels.

const [, , folder = "examples/data/numbers"] = argv;
const rows = readFileSync(join(folder, "numbers.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as NumberRow);

const pixelsOf = async ({ picture }: NumberRow): Promise<Float32Array> => {
  const bytes = await sharp(Buffer.from(picture.split(",")[1] ?? "", "base64"))
    .greyscale()
    .raw()
    .toBuffer();
  return Float32Array.from(bytes, (byte) => byte / 255);
};
const of = (set: NumberRow["set"]) => rows.filter((row) => row.set === set);
const [training, tested] = [of("train"), of("test")];

const counts = new Map<string, number>();
for (const { words } of training) counts.set(words, (counts.get(words) ?? 0) + 1);
const [frequent] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), ["", 0]);
const known = await Promise.all(training.map(pixelsOf));
let nearest = 0;
for (const row of tested) {
  const pixels = await pixelsOf(row);
  let best = { distance: Number.POSITIVE_INFINITY, words: "" };
  for (const [index, other] of known.entries()) {
    let distance = 0;
    for (let at = 0; at < pixels.length && distance < best.distance; at++)
      distance += ((pixels[at] ?? 0) - (other[at] ?? 0)) ** 2;
    if (distance < best.distance) best = { distance, words: training[index]?.words ?? "" };
  }
  if (best.words === row.words) nearest += 1;
}
const share = (count: number): string => `${((100 * count) / tested.length).toFixed(1)} %`;
stdout.write(`numbers: ${training.length} rows to train on, ${tested.length} to test\n`);
stdout.write(`  most frequent name: exact match ${share(tested.filter(({ words }) => words === frequent).length)}\n`);
stdout.write(`  nearest training picture: exact match ${share(nearest)}\n`);
