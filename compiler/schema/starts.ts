import type { CallableTable } from "./types.ts";
import { weightSources } from "./weight-sources.ts";

const stage = { type: { kind: "name", of: "stage" }, required: true, doc: "An earlier stage." } as const;

/** Sources of a stage's initial weights. Without `init` they are those at the end of the stage before. */
export const starts = {
  best: { doc: "The best checkpoint of an earlier stage.", options: { stage } },
  last: { doc: "The last state of an earlier stage.", options: { stage } },
  from: {
    doc: "Weights of another run, or of a safetensors file, by name. Weights that are not found keep their value from the stage before, or are newly initialised; the run reports which.",
    options: {
      ...weightSources.from.options,
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
  merge: {
    doc: "The merged weights of several runs or forks that began with the same weights, or of safetensors files. Weights that none of them has keep their value; the run reports which. A weight that the base lacks is the mean of those that have it.",
    options: {
      of: {
        type: { kind: "list", element: { kind: "call", family: "weight_source" } },
        required: true,
        doc: 'The models: `[from("pairs-0001", fork: "kind"), from("pairs-0001", fork: "size")]`.',
      },
      method: { type: { kind: "call", family: "merge_method" }, default: "average", doc: "The way to merge them." },
      base: {
        type: { kind: "call", family: "weight_source" },
        doc: "The weights with which the models began; by default those at the end of the stage before.",
      },
      take: {
        type: { kind: "pattern" },
        doc: "The weights that are merged, by their names in this specification; by default all that are found.",
      },
    },
  },
  fresh: { doc: "Newly initialised weights, as if no stage had run.", options: {} },
} as const satisfies CallableTable;
