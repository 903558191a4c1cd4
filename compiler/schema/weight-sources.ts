import { weightMaps } from "../prelude/weight-maps.ts";
import type { CallableTable } from "./types.ts";

/** A table of weights outside of the run. */
export const weightSources = {
  from: {
    doc: "Weights of another run, of a trained model, or of a safetensors file.",
    options: {
      path: {
        type: { kind: "string", names: "weights" },
        required: true,
        doc: "A run's folder, the folder of a trained model, or a safetensors file: relative to the specification, or the name of a run in the folder of runs.",
      },
      checkpoint: {
        type: { kind: "one_of", options: ["best", "last"] },
        default: "best",
        doc: "The checkpoint of a run.",
      },
      fork: {
        type: { kind: "string", names: "task" },
        doc: "Task whose weights are used, if the run ended in a fork.",
      },
      as: {
        type: { kind: "one_of", options: Object.keys(weightMaps) },
        doc: "The network in a file that another program wrote: its names and layouts are mapped to those of the block of the standard library that computes it, wherever the model has one. Every weight of that block must be found, or be left out by `take`.",
      },
      within: {
        type: { kind: "string" },
        doc: 'With `as`, the beginning of the network\'s names in the source if it has several: `"question_encoder"`.',
      },
      rename: {
        type: { kind: "ordered_map", value: { kind: "string" } },
        doc: 'Maps names in the source to names in this specification: `{ "encoder.**": "trunk.**" }`. `*` is one segment or a part of one, `**` any number of segments, and `*+1` on the right is one more than the number that `*` matched; the first pattern that matches is used.',
      },
    },
  },
} as const satisfies CallableTable;
