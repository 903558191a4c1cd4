import type { CallableTable } from "./types.ts";

const column = { type: { kind: "string" }, required: true, doc: "The field of the data set that holds it." } as const;

/** What a task predicts. */
export const targets = {
  category: {
    doc: "One of several classes. Losses: `cross_entropy` (default), `focal`.",
    options: {
      column,
      classes: {
        type: { kind: "either", types: [{ kind: "int", min: 2 }, { kind: "list", element: { kind: "string" } }] },
        required: true,
        doc: "How many classes there are, or their names in order. Counted ones are sorted by name; a label outside is a bad row.",
      },
    },
  },
  labels: {
    doc: "Any number of classes at once: a list of names in a JSON column, or names separated by `|`. Loss: `binary_cross_entropy`.",
    options: {
      column,
      classes: {
        type: { kind: "either", types: [{ kind: "int", min: 1 }, { kind: "list", element: { kind: "string" } }] },
        required: true,
        doc: "How many classes there are, or their names in order.",
      },
    },
  },
  number: {
    doc: "A real number. Losses: `mse` (default), `mae`, `huber`.",
    options: { column },
  },
  ranking: {
    doc: "Which of a row's candidates (`each` in the data set's `columns`) are relevant: the place of the relevant one, from 0, or a list with the relevance of each. Loss: `listwise`.",
    options: { column },
  },
} as const satisfies CallableTable;
