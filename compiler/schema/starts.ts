import type { CallableTable } from "./types.ts";

const stage = { type: { kind: "name", of: "stage" }, required: true, doc: "An earlier stage." } as const;

/** Where a stage's weights come from. Without `init`, from the end of the stage before. */
export const starts = {
  best: { doc: "The best checkpoint of an earlier stage.", options: { stage } },
  last: { doc: "The last state of an earlier stage.", options: { stage } },
  fresh: { doc: "Newly initialised weights, as if no stage had run.", options: {} },
} as const satisfies CallableTable;
