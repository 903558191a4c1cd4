import type { CallableTable } from "./types.ts";

export const checkpoints = {
  checkpoint: {
    doc: "When a run saves itself. The last state is always saved, and the best one by `best`.",
    options: {
      every: {
        type: { kind: "duration" },
        default: "10%",
        unit: "steps or a share of the stage",
        doc: "From one checkpoint to the next; validation happens then too. Not a time: when a run validates decides what it becomes, and a resumed run has to become the same.",
      },
      keep: { type: { kind: "int", min: 1 }, default: 2, doc: "How many of the last checkpoints stay." },
      keep_best: {
        type: { kind: "bool" },
        default: true,
        doc: "Whether the best checkpoint of the stage stays after it, so that its tasks can be measured and predicted as they were then.",
      },
      best: {
        type: { kind: "string" },
        default: "auto",
        doc: "What says of the validation split which one is best: `task.metric`, or `task.loss`; a metric's name alone is the mean over the tasks that have it. `auto` is the mean over tasks of (m − baseline) ∕ (best − baseline) with m the task's first metric, its baseline what always predicting the same gets on the validation rows (no correlation, 0, where that is undefined), and the best value that the metric can have: 1 − m ∕ baseline for errors and losses. What is undefined or infinite is left out. Whether higher or lower is better is known.",
      },
    },
  },
} as const satisfies CallableTable;
