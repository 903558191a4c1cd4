import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBrown } from "../../examples/data/brown.ts";
import { englishRows } from "../../examples/data/english-rows.ts";
import { readWordNet } from "../../examples/data/wordnet.ts";
import { writeTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

const [sentences, concepts] = [600, 600];
const [vocabulary, width] = [6000, 128];

/** Writes a part of the text that `base.mtl` reads into a folder, with the vocabulary, and vectors of words that are all the same. */
export async function prepareLittleEnglish(folder: string): Promise<void> {
  const english = join(folder, "data", "english");
  mkdirSync(english, { recursive: true });
  const rows = englishRows({
    sentences: (await readBrown()).slice(0, sentences),
    synsets: new Map([...(await readWordNet())].slice(0, concepts)),
    ratings: new Map(),
  });
  writeFileSync(join(english, "english.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const data = new Float32Array(vocabulary * width).fill(0.05);
  await writeTensors(
    join(english, "words.safetensors"),
    new Map([["pieces.table", { shape: [vocabulary, width], data }]]),
  );
  cpSync(join(packageRoot(), "examples", "base"), join(folder, "base"), { recursive: true });
}
