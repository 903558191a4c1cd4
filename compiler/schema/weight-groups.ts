import type { CallableTable } from "./types.ts";

/** Weights that an optimizer updates with other options than the rest. */
export const weightGroups = {
  group: {
    doc: "Options for the weights that a pattern matches. A weight that several groups match belongs to the first.",
    options: {
      weights: { type: { kind: "pattern" }, required: true, doc: "Names or globs, as in `freeze`." },
      rate: {
        type: { kind: "number", min: 0 },
        doc: "Learning rate, before the schedule; by default that of the optimizer.",
      },
      weight_decay: {
        type: { kind: "number", min: 0 },
        doc: "Weight decay; by default that of the optimizer. Weights of rank 1 are never decayed.",
      },
    },
  },
} as const satisfies CallableTable;
