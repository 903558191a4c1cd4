import type { CallableTable } from "./types.ts";

/** Which rows of a data set's training split are used. */
export const rowChoices = {
  sample: {
    doc: "Some of the rows, by a hash of each: neither order nor seed moves them, and a smaller sample is part of a larger one. Nothing is learnt of the others, vocabularies and classes included.",
    options: {
      size: {
        type: { kind: "part" },
        required: true,
        unit: "rows or a share of the training split",
        doc: "How many, or all where there are fewer; of a share at least one.",
      },
      draw: { type: { kind: "int", min: 1 }, default: 1, doc: "Another number, other rows." },
    },
  },
} as const satisfies CallableTable;
