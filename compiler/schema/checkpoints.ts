import type { CallableTable } from "./types.ts";

export const checkpoints = {
  checkpoint: {
    doc: "When a run saves itself. The last state is always saved, and the best one by `best`.",
    options: {
      every: { type: { kind: "duration" }, default: "10%", unit: "steps or a share of the stage", doc: "Time between two checkpoints; validation happens then too." },
      keep: { type: { kind: "int", min: 1 }, default: 2, doc: "How many of the last checkpoints stay." },
      best: { type: { kind: "string" }, default: "auto", doc: "`task.metric` of the validation split that names the best one; `auto` is the mean over tasks of each one's first metric." },
    },
  },
} as const satisfies CallableTable;
