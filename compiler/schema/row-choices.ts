import type { CallableTable } from "./types.ts";

/** Ways to use only a part of a data set's training split. */
export const rowChoices = {
  sample: {
    doc: "A sample of the rows by their hashes: it depends neither on order nor seed, and a smaller sample is part of a larger one. The other rows are ignored, also for vocabularies and classes.",
    options: {
      size: {
        type: { kind: "part" },
        required: true,
        unit: "rows or a share of the training split",
        doc: "Number or fraction of rows: all if there are fewer, and at least one.",
      },
      draw: { type: { kind: "int", min: 1 }, default: 1, doc: "Number of the sample; each number selects other rows." },
    },
  },
} as const satisfies CallableTable;
