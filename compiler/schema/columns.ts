import type { CallableTable } from "./types.ts";

/** Forms of a column in a data set other than its name. */
export const columns = {
  each: {
    doc: "A column with several candidates per row: a list, or in a text file its JSON or names separated by `|`. The modality is read once for each candidate, and `ranking` orders them.",
    source: "MT-DNN (Liu et al., 2019), relevance ranking",
    options: {
      column: { type: { kind: "string", names: "column" }, required: true, doc: "The column's name." },
      max_candidates: {
        type: { kind: "int", min: 2, max: 1024 },
        deprecated: ["most"],
        required: true,
        unit: "candidates",
        doc: "Largest number of candidates per row. A row with fewer is padded, and the padding takes no part in loss and metrics.",
      },
    },
  },
  file: {
    doc: "A column of file names, relative to the table or to the specification, whose contents are the values: text in UTF-8, or JSON for a `table`, a `series` or a `tensor`. Pictures, audio, videos and regions are always read from files. The column `file` of a class folder is a file column without this.",
    options: {
      column: { type: { kind: "string", names: "column" }, required: true, doc: "The column's name." },
    },
  },
} as const satisfies CallableTable;
