import type { CallableTable } from "./types.ts";

export const earlyStops = {
  early_stop: {
    doc: "Ends a stage whose validation metric no longer improves.",
    options: {
      metric: {
        type: { kind: "string" },
        default: "auto",
        doc: "`task.metric`, `metric` or `auto`, as `best` of `checkpoint`.",
      },
      patience: {
        type: { kind: "int", min: 1 },
        default: 3,
        unit: "validations",
        doc: "How many validations without improvement are borne.",
      },
      least: {
        type: { kind: "number", min: 0 },
        default: 0,
        doc: "The smallest gain that counts; by `auto` a share of the way from the baseline to the best value.",
      },
    },
  },
} as const satisfies CallableTable;
