import type { CallableTable } from "./types.ts";

/** A table of weights outside of the run. */
export const weightSources = {
  from: {
    doc: "Weights of another run, of a trained model, or of a safetensors file.",
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
    },
  },
} as const satisfies CallableTable;
