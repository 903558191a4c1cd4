import type { CallableTable } from "./types.ts";

const scale = (value: number) =>
  ({ type: { kind: "number", min: 0 }, default: value, doc: "Factor of what is added to the base." }) as const;

/**
 * Ways to merge the weights of models that began with the same weights, the base. The change of a model is its weights
 * minus those of the base, which the literature calls a task vector.
 */
export const mergeMethods = {
  average: {
    doc: "The mean of the models' weights. It needs no base.",
    source: "Wortsman et al., 2022, *Model soups*",
    options: {},
  },
  task_arithmetic: {
    doc: "The base and the sum of the models' changes.",
    source: "Ilharco et al., 2023, *Editing Models with Task Arithmetic*",
    options: { scale: scale(0.4) },
  },
  ties: {
    doc: "The base and, of each number, the mean of the changes in the direction that has the larger sum. Only the largest changes of each model count.",
    source: "Yadav et al., 2023, *TIES-Merging*, algorithm 1",
    options: {
      density: {
        type: { kind: "rate" },
        default: 0.2,
        doc: "The part of a model's changes that counts: those of the largest magnitude.",
      },
      scale: scale(1),
    },
  },
  dare: {
    doc: "The base and the sum of the models' changes, of which a random part is set to 0 while the others grow so that their expectation stays the same.",
    source: "Yu et al., 2024, *Language Models are Super Mario*, equation 2",
    options: {
      drop: { type: { kind: "rate" }, default: 0.9, doc: "The part of a model's changes that is set to 0." },
      scale: scale(1),
      seed: { type: { kind: "int", min: 0, max: 4294967295 }, default: 0, doc: "Seed of the random part." },
    },
  },
} as const satisfies CallableTable;
