import type { CallableTable } from "./types.ts";

export const checkpoints = {
  checkpoint: {
    doc: "Schedule of checkpoints. The last state is always saved, and so is the best one by `best`.",
    options: {
      every: {
        type: { kind: "duration" },
        default: "10%",
        unit: "steps or a share of the stage",
        doc: "Distance between checkpoints; validation happens at each of them. It cannot be a time: validations influence training, and a resumed run must give the same result.",
      },
      keep: { type: { kind: "int", min: 1 }, default: 2, doc: "Number of latest checkpoints that are kept." },
      keep_best: {
        type: { kind: "bool" },
        default: true,
        doc: "If true, the best checkpoint is kept after the stage has ended, so that its tasks can be evaluated and predicted from it.",
      },
      best: {
        type: { kind: "string", names: "measure" },
        default: "auto",
        doc: "The measure on the validation split that chooses the best checkpoint: `task.metric`, or `task.loss`; a metric's name alone is the mean over the tasks that have it. `auto` is the mean over tasks of (m − baseline) ∕ (best − baseline), where m is the task's first metric, baseline its value for a constant prediction on the validation rows (0 where a correlation is undefined), and best the best possible value of the metric; for errors and losses this is 1 − m ∕ baseline. Undefined and infinite values are left out. Each metric knows if higher or lower is better.",
      },
    },
  },
} as const satisfies CallableTable;
