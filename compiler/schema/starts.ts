import type { CallableTable } from "./types.ts";

const stage = { type: { kind: "name", of: "stage" }, required: true, doc: "An earlier stage." } as const;

/** Where a stage's weights come from. Without `init`, from the end of the stage before. */
export const starts = {
  best: { doc: "The best checkpoint of an earlier stage.", options: { stage } },
  last: { doc: "The last state of an earlier stage.", options: { stage } },
  from: {
    doc: "Weights of another run, or of a safetensors file, by name. What is not found there stays as the stage before left it, or is newly initialised; the run says what was.",
    options: {
      path: {
        type: { kind: "string" },
        required: true,
        doc: "A run's folder, the folder of a trained model, or a safetensors file: relative to the specification, or the name of a run in the folder of runs.",
      },
      checkpoint: {
        type: { kind: "one_of", options: ["best", "last"] },
        default: "best",
        doc: "Which checkpoint of a run.",
      },
      fork: { type: { kind: "string" }, doc: "Of a run that ended in a fork: the task whose weights are meant." },
      rename: {
        type: { kind: "ordered_map", value: { kind: "string" } },
        doc: 'What names there become here: `{ "encoder.**": "trunk.**" }`. `*` is one segment or a part of one, `**` any number; the first pattern that fits counts.',
      },
      take: {
        type: { kind: "pattern" },
        doc: "The weights that are taken, by their names here; by default all that are found.",
      },
      transpose: {
        type: { kind: "pattern" },
        doc: "Matrices that are stored with a row for each output, as PyTorch does, by their names there.",
      },
      match: {
        type: { kind: "one_of", options: ["some", "all"] },
        default: "some",
        doc: "Whether every weight that the stage uses must be found, in its shape.",
      },
    },
  },
  fresh: { doc: "Newly initialised weights, as if no stage had run.", options: {} },
} as const satisfies CallableTable;
