import type { CallableTable } from "./types.ts";

/** What one update is made from. */
export const steps = {
  one_task: { doc: "A batch of one task, which the sampler draws.", options: {} },
  joint: {
    doc: "A batch of each of several tasks, and one update from the sum of their losses.",
    options: {
      tasks: {
        type: { kind: "int", min: 1 },
        unit: "tasks a step",
        doc: "So many different tasks, drawn by the sampler without repetition; by default all, and the sampler has no say.",
      },
    },
  },
  mixed: {
    doc: "Rows of several tasks, `batch` of them in all: the sampler draws the task of each row, and the loss is the mean over the tasks that are there of each one's mean.",
    options: {},
  },
} as const satisfies CallableTable;
