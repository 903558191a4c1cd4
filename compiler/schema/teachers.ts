import { starts } from "./starts.ts";
import type { CallableTable } from "./types.ts";
import { weightSources } from "./weight-sources.ts";

/** Models whose predictions a stage's loss can compare those of the trained model with. */
export const teachers = {
  best: starts.best,
  last: starts.last,
  from: {
    ...weightSources.from,
    doc: "Another run, a trained model, or a safetensors file, whose weights have the names of this specification unless they are renamed.",
  },
} as const satisfies CallableTable;
