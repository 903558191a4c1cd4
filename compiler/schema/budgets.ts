import type { CallableTable } from "./types.ts";

export const budgets = {
  at_most: {
    doc: "Upper limits, counted when the specification is checked (`mtl check --cost` prints the counts). In a task they apply to the prediction of one example, in a stage to training. Exceeding a limit is an error.",
    options: {
      parameters: {
        type: { kind: "number", min: 0 },
        doc: "Number of parameters: in a task those that it uses, in a stage those that it trains. `2M` is 2,000,000.",
      },
      flops: {
        type: { kind: "number", min: 0 },
        unit: "FLOPs",
        doc: "Operations per example; a multiply-add counts as two. In a stage: forward, backward and the example's part of the update.",
      },
      memory: {
        type: { kind: "number", min: 0, measure: "bytes" },
        unit: "bytes",
        doc: "Weights, optimizer state, and activations at their peak: `512MB`. In a task for one example, in a stage for one step.",
      },
    },
  },
} as const satisfies CallableTable;
