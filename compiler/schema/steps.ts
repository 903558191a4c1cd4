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
  hogwild: {
    doc: "One batch and one update of every task, in a random order, as by a worker for each task that shares the weights with the others and does not wait for them. Each task has an optimizer of its own, with its own moments. The simulation is seeded, and a run that is resumed ends with the same bits.",
    source: "Recht et al., 2011; with an optimizer for each task as in OmniNet (Pramanik et al., 2019)",
    options: {
      staleness: {
        type: { kind: "rate" },
        default: 1,
        doc: "The share of gradients, drawn anew for each step and task, that are taken with the weights as they were before the step, while other tasks update them. The others are taken with the weights as the tasks before them have left them.",
      },
    },
  },
  mixed: {
    doc: "`batch` rows of several tasks: the sampler draws the task of each row. The loss is the mean over the tasks present of the mean over each one's rows.",
    options: {},
  },
} as const satisfies CallableTable;
