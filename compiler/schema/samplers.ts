import type { CallableTable } from "./types.ts";

/** Which task the next step trains. */
export const samplers = {
  shuffled: { doc: "All mini-batches of all tasks in one shuffled list; each epoch sees every row once.", source: "MT-DNN (Liu et al., 2019), algorithm 1", options: {} },
  uniform: { doc: "Every task with equal probability.", options: {} },
  proportional: { doc: "With probability proportional to the rows of a task.", options: {} },
  weights: {
    doc: "With given probabilities, normalised to 1; a task of weight 0 is evaluated but never trained.",
    source: "UniT (Hu & Singh, 2021)",
    options: { of: { type: { kind: "map", value: { kind: "number", min: 0 } }, required: true, doc: "A weight for every task of the stage." } },
  },
  round_robin: { doc: "One task after another, in the order of `tasks`.", options: {} },
} as const satisfies CallableTable;
