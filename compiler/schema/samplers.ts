import type { CallableTable } from "./types.ts";

/** Samplers: each chooses the task of the next step. */
export const samplers = {
  shuffled: {
    doc: "All mini-batches of all tasks in one shuffled list; each epoch sees every row once.",
    source: "MT-DNN (Liu et al., 2019), algorithm 1",
    options: {},
  },
  uniform: { doc: "Draws every task with equal probability.", options: {} },
  proportional: { doc: "Draws a task with probability proportional to its number of rows.", options: {} },
  temperature: {
    doc: "Draws a task with probability proportional to a root of its number of rows: T = 1 is proportional, a large temperature tends to uniform.",
    source: "T5 (Raffel et al., 2020), section 3.5.2",
    options: {
      t: {
        type: { kind: "number", min: 1 },
        required: true,
        doc: "The temperature T; probabilities are ∝ min(rows, max_rows)^(1/T).",
      },
      max_rows: {
        type: { kind: "int", min: 1 },
        deprecated: ["most"],
        unit: "rows",
        doc: "Upper bound of the rows that count for a task; by default all do.",
      },
    },
  },
  annealed: {
    doc: "Draws a task with probability ∝ rows^α, where α falls linearly from 1 in the first epoch to `end` in the last.",
    source: "BERT and PALs (Stickland & Murray, 2019), section 4.4",
    options: { end: { type: { kind: "rate" }, default: 0.2, doc: "α of the last epoch." } },
  },
  weights: {
    doc: "Draws tasks with the given weights, normalised to 1; a task of weight 0 is evaluated but never trained.",
    source: "UniT (Hu & Singh, 2021)",
    options: {
      of: {
        type: { kind: "map", value: { kind: "number", min: 0 }, keys: "task" },
        required: true,
        doc: "A weight for every task of the stage.",
      },
    },
  },
  main_plus_ratio: {
    doc: "Epochs of all mini-batches of one task with a random part of the others', shuffled together.",
    source: "MT-DNN's reference code, option `ratio`",
    options: {
      main: {
        type: { kind: "name", of: "task" },
        required: true,
        doc: "The task whose mini-batches are all in an epoch.",
      },
      ratio: {
        type: { kind: "number", min: 0 },
        default: 1,
        doc: "Batches of the other tasks together, for each one of the main task.",
      },
    },
  },
  stop_and_go: {
    doc: "Dynamic stop-and-go: a task whose validation score has converged is trained sparsely, until the score falls.",
    source: "12-in-1 (Lu et al., 2020), section 3.3",
    options: {
      stop: {
        type: { kind: "rate" },
        default: 0.001,
        doc: "A gain below this fraction of the best score counts as no gain.",
      },
      go: {
        type: { kind: "rate" },
        default: 0.005,
        doc: "A stopped task is resumed when its score is lower than the best one by more than this fraction of it, by forgetting or by overfitting; with `100%` a task whose score stays above zero is never resumed.",
      },
      patience: {
        type: { kind: "int", min: 0 },
        default: 1,
        unit: "validations",
        doc: "A task stops after more than this number of validations in a row without a gain.",
      },
      cooldown: {
        type: { kind: "int", min: 0 },
        default: 1,
        unit: "validations",
        doc: "Number of validations after a change that do not count against the task.",
      },
      gap: {
        type: { kind: "int", min: 1 },
        default: 4,
        unit: "turns",
        doc: "A stopped task is trained in one of this number of its turns; 1 trains it in all.",
      },
      epochs: {
        type: { kind: "number", min: 0 },
        default: 1,
        doc: "A validation of a task counts if it is the first after this number of epochs of its turns; with 0 every validation counts.",
      },
      variant: {
        type: { kind: "one_of", options: ["paper", "code"] },
        default: "paper",
        doc: "`code` is the authors' controller, in which a stopped task's missing gains can hide its fall.",
      },
      over: {
        type: { kind: "call", family: "sampler" },
        default: "round_robin",
        doc: "The sampler whose turns are skipped for stopped tasks.",
      },
    },
  },
  uncertainty: {
    doc: "Mixed steps of the rows that the model is least certain of, chosen among candidates from every task.",
    source: "CA-MTL (Pilault et al., 2021), algorithm 1",
    options: {
      candidates: {
        type: { kind: "int", min: 1, max: 1000000 },
        required: true,
        unit: "rows",
        doc: "Number of rows of each task that are scored before a step; the paper has as many as the batch.",
      },
      score: {
        type: { kind: "one_of", options: ["paper", "code"] },
        default: "code",
        doc: "`paper` is the entropy of a row's prediction, as a fraction of the largest possible entropy; `code`, as in the authors' code, multiplies it by the task's mean, so that uncertain tasks come first.",
      },
      proxy: {
        type: {
          kind: "map",
          value: { kind: "either", types: [{ kind: "rate" }, { kind: "name", of: "task" }] },
          keys: "task",
        },
        doc: "Scores of tasks that predict neither a category nor labels: those of another task of the stage, or a fixed fraction of the uncertainty.",
      },
    },
  },
  alternating: {
    doc: "Takes its turns one after the other, again and again: a turn is a task, or some draws of another sampler among some of the tasks. A task of the stage without a turn is evaluated but never trained.",
    source: "M3P (Ni et al., 2021), section 3.3: the objectives alternate, and languages are drawn within one of them",
    options: {
      turns: {
        type: {
          kind: "list",
          element: {
            kind: "either",
            types: [
              { kind: "name", of: "task" },
              { kind: "call", family: "turn" },
            ],
          },
        },
        required: true,
        doc: "`[draws([read_en, read_de], temperature(3.3), times: 3), match]`.",
      },
    },
  },
  round_robin: { doc: "Takes the tasks in turn, in the order of `tasks`.", options: {} },
} as const satisfies CallableTable;
