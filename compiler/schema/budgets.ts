import type { CallableTable } from "./types.ts";

export const budgets = {
  at_most: {
    doc: "What may be spent, counted when the specification is checked (`mtl check --cost` prints the counts): of a task on predicting one example, of a stage on training. Exceeding it is an error.",
    options: {
      parameters: {
        type: { kind: "number", min: 0 },
        doc: "Numbers in weights: in a task all that it reaches, in a stage those that it trains. `2M` is 2,000,000.",
      },
      flops: {
        type: { kind: "number", min: 0 },
        unit: "FLOPs",
        doc: "Operations for one example; a multiply-add counts two. In a stage forward, backward and a share of the update.",
      },
      memory: {
        type: { kind: "number", min: 0, measure: "bytes" },
        unit: "bytes",
        doc: "Weights, what the optimizer keeps, and the results that live at the peak: `512MB`. In a task for one example, in a stage for a step.",
      },
    },
  },
} as const satisfies CallableTable;
