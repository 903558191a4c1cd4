import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generator } from "../../runtime/random/generator.ts";

/** Three tasks over words and numbers, with sections for `stage` options. */
export const specification = (stage = ""): string => `/// Colours from their names and their light.
model colours

param width: int = 16

modality words: text(max_length: 8, tokenizer: characters(size: 64))
modality light: tensor(shape: [3])

stream read = words -> embed(width) -> mean
stream seen = light -> linear(width) -> tanh
stream both = read + seen

task hue { from: both  head: dropout(10%) -> linear(3)  target: category("hue", classes: 3) }
task traits { from: both  head: linear(2)  target: labels("traits", classes: ["bright", "warm"]) }
task strength { from: seen  head: linear(1)  target: number("strength")  metrics: [rmse, pearson] }

dataset samples {
  path: "samples.jsonl"
  tasks: [hue, traits, strength]
}

stage fit {
  optimizer: adamw(rate: 1e-2)
  batch: 16
  epochs: 3
  ${stage}
}
`;

const hues = ["red", "green", "blue"] as const;

/** Writes the specification and 120 rows that are easy to learn; gives the path of the `.mtl` file. */
export function writeSmallModel(folder: string, stage?: string): string {
  mkdirSync(folder, { recursive: true });
  const random = generator(1, "small model");
  const rows = Array.from({ length: 120 }, () => {
    const hue = random.below(3);
    const light = [0, 1, 2].map((channel) => (channel === hue ? 0.8 : 0.1) + 0.1 * random.uniform());
    const strength = Math.max(...light);
    const traits = [...(strength > 0.85 ? ["bright"] : []), ...(hue === 0 ? ["warm"] : [])];
    return { words: `${hues[hue]} ${random.below(100)}`, light, hue: hues[hue], traits, strength };
  });
  writeFileSync(join(folder, "samples.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const entry = join(folder, "colours.mtl");
  writeFileSync(entry, specification(stage));
  return entry;
}
