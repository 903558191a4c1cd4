import type { CallableTable } from "./types.ts";

const column = { type: { kind: "string" }, required: true, doc: "The field of the data set that holds it." } as const;

const missing = {
  type: { kind: "list", element: { kind: "string" } },
  doc: 'Cells that say nothing, besides empty ones: `["NA", "?"]`. Such a row has no target.',
} as const;

/** What a task predicts. */
export const targets = {
  category: {
    doc: "One of several classes. Losses: `cross_entropy` (default), `focal`.",
    options: {
      column,
      classes: {
        type: {
          kind: "either",
          types: [
            { kind: "int", min: 2 },
            { kind: "list", element: { kind: "string" }, distinct: true },
          ],
        },
        required: true,
        doc: "How many classes there are, or their names in order. Counted ones are sorted: as numbers where all are numbers, else by name; where the data has fewer, the other outputs stand for none and are masked in loss, metrics and predictions. A label outside is a bad row.",
      },
      class_weights: {
        type: {
          kind: "either",
          types: [
            { kind: "one_of", options: ["balanced"] },
            { kind: "list", element: { kind: "number", min: 0, max: 1e30 } },
            { kind: "ordered_map", value: { kind: "number", min: 0, max: 1e30 } },
          ],
        },
        doc: "A factor on the weight of training rows of each class: a number for each in their order, or by name (1 where there is none). `balanced` is rows ∕ (classes · rows of the class) in the training split, by which all classes count the same together.",
      },
      missing,
    },
  },
  labels: {
    doc: "Any number of classes at once: a list of names in a JSON column, or names separated by `|`. Loss: `binary_cross_entropy`.",
    options: {
      column,
      classes: {
        type: {
          kind: "either",
          types: [
            { kind: "int", min: 1 },
            { kind: "list", element: { kind: "string" }, distinct: true },
          ],
        },
        required: true,
        doc: "How many classes there are, or their names in order; as of `category`.",
      },
      missing,
    },
  },
  number: {
    doc: "A real number. Losses: `mse` (default), `mae`, `huber`.",
    options: {
      column,
      standardise: {
        type: { kind: "bool" },
        default: true,
        doc: "Whether the model learns (number − mean) ∕ deviation, with the mean and the deviation of the training split, so that a task's loss does not depend on the unit of its numbers. The loss, and `delta` of `huber`, are then on that scale; metrics, floors and predictions are in the unit of the data all the same.",
      },
      missing,
    },
  },
  ranking: {
    doc: "Which of a row's candidates (`each` in the data set's `columns`) are relevant: the place of the relevant one, from 0, or a list with the relevance of each. Loss: `listwise`.",
    options: { column, missing },
  },
  masked: {
    doc: "The tokens of a text that are hidden from the model, which sees the text corrupted; drawn anew for each example and epoch. `masked_positions(text)` asks where they are, `original(text)` is the text as it was. Losses: `cross_entropy` (default), `focal`.",
    source: "Devlin et al., 2019, §3.1",
    options: {
      modality: { type: { kind: "name", of: "modality" }, required: true, doc: "The text." },
      rate: {
        type: { kind: "rate" },
        default: 0.15,
        doc: "Share of tokens that are predicted. A row has room for one and a half times as many; what is beyond stays as it is.",
      },
      keep: { type: { kind: "rate" }, default: 0.1, doc: "Share of those that the model sees all the same." },
      replace: {
        type: { kind: "rate" },
        default: 0.1,
        doc: "Share of those in whose place it sees a random token; of the rest it sees the mask.",
      },
      unit: {
        type: { kind: "one_of", options: ["token", "word"] },
        default: "token",
        doc: "Whether tokens are chosen one by one or all of a word together; either way it is `rate` of the tokens that are hidden.",
      },
    },
  },
} as const satisfies CallableTable;
