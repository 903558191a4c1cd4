import type { CallableTable } from "./types.ts";

/** Columns of a data set that are more than a name. */
export const columns = {
  each: {
    doc: "A column with several candidates a row: a list, or in a text file its JSON or names separated by `|`. The modality is read once for each, and `ranking` orders them.",
    source: "MT-DNN (Liu et al., 2019), relevance ranking",
    options: {
      column: { type: { kind: "string" }, required: true, doc: "The column's name." },
      most: { type: { kind: "int", min: 2, max: 1024 }, required: true, unit: "candidates", doc: "How many a row has at most. A row with fewer is padded, and what is not there takes no part in loss and metrics." },
    },
  },
} as const satisfies CallableTable;
