import type { CallableTable } from "./types.ts";

/** Columns of a data set that are more than a name. */
export const columns = {
  each: {
    doc: "A column with several candidates a row: a list, or in a text file its JSON or names separated by `|`. The modality is read once for each, and `ranking` orders them.",
    source: "MT-DNN (Liu et al., 2019), relevance ranking",
    options: {
      column: { type: { kind: "string" }, required: true, doc: "The column's name." },
      most: {
        type: { kind: "int", min: 2, max: 1024 },
        required: true,
        unit: "candidates",
        doc: "How many a row has at most. A row with fewer is padded, and what is not there takes no part in loss and metrics.",
      },
    },
  },
  file: {
    doc: "A column of file names, relative to the table or to the specification, where what stands in the files is the value: text, as UTF-8, or for a `table`, a `series` or a `tensor` its JSON. Pictures, sounds, films and regions are read from files anyway. The column `file` of a class folder is one without being said.",
    options: {
      column: { type: { kind: "string" }, required: true, doc: "The column's name." },
    },
  },
} as const satisfies CallableTable;
