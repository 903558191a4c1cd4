import type { CallableTable } from "./types.ts";

/** Ways to make one update from batches of tasks. */
export const steps = {
  one_task: { doc: "One batch of one task, which the sampler draws.", options: {} },
  joint: {
    doc: "One batch of each of several tasks, and one update from the sum of their losses.",
    options: {
      tasks: {
        type: { kind: "int", min: 1 },
        unit: "tasks a step",
        doc: "Number of different tasks, drawn by the sampler without repetition; by default all tasks, without the sampler.",
      },
    },
  },
  mixed: {
    doc: "`batch` rows of several tasks: the sampler draws the task of each row. The loss is the mean over the tasks present of the mean over each one's rows.",
    options: {},
  },
} as const satisfies CallableTable;
