import { join } from "node:path";
import { writeTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { wordVectors } from "../data/word-vectors.ts";
import { openEnglish, rowsOf, wholeSplit } from "./english-ids.ts";

const [vocabulary, width] = [6000, 128];

/** Writes vectors of the pieces of the vocabulary, with which the stage `read` of `base.mtl` begins. */
export async function writeVectors(folder: string): Promise<void> {
  const texts = rowsOf(await wholeSplit(await openEnglish(folder), "train"), "words.original");
  const data = wordVectors({ texts, vocabulary, width });
  await writeTensors(
    join(folder, "data", "english", "words.safetensors"),
    new Map([["pieces.table", { shape: [vocabulary, width], data }]]),
  );
}
