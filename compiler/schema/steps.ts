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
      rows: {
        type: { kind: "one_of", options: ["shared", "own"] },
        doc: "`shared`: tasks of the same data sets are trained on the same rows, and what their models have in common is computed once; a row that lacks a task's target does not count for this task. `own`: each task draws rows that have its target, which is better where targets are rare. By default `shared`.",
      },
    },
  },
  mixed: {
    doc: "`batch` rows of several tasks: the sampler draws the task of each row. The loss is the mean over the tasks present of the mean over each one's rows.",
    options: {},
  },
} as const satisfies CallableTable;
