import type { CallableTable } from "./types.ts";

export const earlyStops = {
  early_stop: {
    doc: "Ends a stage whose validation metric no longer improves, or its training of one task.",
    options: {
      metric: {
        type: { kind: "string", names: "measure" },
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
      tasks: {
        type: { kind: "one_of", options: ["together", "any", "all", "each"] },
        doc: "`together`: the stage ends when the mean over the tasks no longer improves. The others look at the measure of each task by itself. `any`: the stage ends when one task no longer improves. `all`: it ends when none does. `each`: a task that no longer improves leaves the stage, which trains the others and ends when all have left. By default `together`.",
      },
    },
  },
} as const satisfies CallableTable;
