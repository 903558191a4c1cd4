import type { CallableTable } from "./types.ts";

const stage = { type: { kind: "name", of: "stage" }, required: true, doc: "An earlier stage." } as const;

/** Sources of a stage's initial weights. Without `init` they are those at the end of the stage before. */
export const starts = {
  best: { doc: "The best checkpoint of an earlier stage.", options: { stage } },
  last: { doc: "The last state of an earlier stage.", options: { stage } },
  from: {
    doc: "Weights of another run, or of a safetensors file, by name. Weights that are not found keep their value from the stage before, or are newly initialised; the run reports which.",
    options: {
      path: {
        type: { kind: "string" },
        required: true,
        doc: "A run's folder, the folder of a trained model, or a safetensors file: relative to the specification, or the name of a run in the folder of runs.",
      },
      checkpoint: {
        type: { kind: "one_of", options: ["best", "last"] },
        default: "best",
        doc: "The checkpoint of a run.",
      },
      fork: { type: { kind: "string" }, doc: "Task whose weights are used, if the run ended in a fork." },
      rename: {
        type: { kind: "ordered_map", value: { kind: "string" } },
        doc: 'Maps names in the source to names in this specification: `{ "encoder.**": "trunk.**" }`. `*` is one segment or a part of one, `**` any number of segments; the first pattern that matches is used.',
      },
      take: {
        type: { kind: "pattern" },
        doc: "The weights that are taken, by their names in this specification; by default all that are found.",
      },
      transpose: {
        type: { kind: "pattern" },
        doc: "Matrices that are stored with one row per output, as in PyTorch, by their names in the source.",
      },
      match: {
        type: { kind: "one_of", options: ["some", "all"] },
        default: "some",
        doc: "With `all`, every weight that the stage uses must be found with its shape.",
      },
    },
  },
  fresh: { doc: "Newly initialised weights, as if no stage had run.", options: {} },
} as const satisfies CallableTable;
