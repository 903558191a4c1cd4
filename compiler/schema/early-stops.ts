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
        doc: "Number of validations without improvement before the stage ends.",
      },
      least: {
        type: { kind: "number", min: 0 },
        default: 0,
        doc: "The smallest gain that counts as an improvement; with `auto` a fraction of the distance from the baseline to the best value.",
      },
    },
  },
} as const satisfies CallableTable;
