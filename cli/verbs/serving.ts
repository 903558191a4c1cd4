import type { Verb } from "../verb.ts";
import { predict } from "./predict.ts";
import { serve } from "./serve.ts";
import { version } from "./version.ts";

export const overview: Verb["examples"] = [
  ["mtl serve runs/model-0001", "answer predictions over HTTP"],
  ["mtl predict runs/model-0001 rows.csv", "predict the rows of a table"],
];

/** The verbs of the smaller package that `npm run serving-package` makes, in place of those of `index.ts`. */
export const verbs: readonly Verb[] = [serve, predict, version];
