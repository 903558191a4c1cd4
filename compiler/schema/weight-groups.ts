import type { CallableTable } from "./types.ts";

/** Weights that an optimizer moves otherwise than the rest. */
export const weightGroups = {
  group: {
    doc: "Options of their own for the weights that a pattern matches. Of several groups the first that matches a weight has it.",
    options: {
      weights: { type: { kind: "pattern" }, required: true, doc: "Names or globs, as in `freeze`." },
      rate: {
        type: { kind: "number", min: 0 },
        doc: "Learning rate, before the schedule; the optimizer's by default.",
      },
      weight_decay: {
        type: { kind: "number", min: 0 },
        doc: "The optimizer's by default. What is of rank 1 is not decayed here either.",
      },
    },
  },
} as const satisfies CallableTable;
