import type { CallableTable } from "./types.ts";

/** Which task the next step trains. */
export const samplers = {
  shuffled: {
    doc: "All mini-batches of all tasks in one shuffled list; each epoch sees every row once.",
    source: "MT-DNN (Liu et al., 2019), algorithm 1",
    options: {},
  },
  uniform: { doc: "Every task with equal probability.", options: {} },
  proportional: { doc: "With probability proportional to the rows of a task.", options: {} },
  temperature: {
    doc: "With probability proportional to a root of a task's rows: 1 is proportional, a large temperature tends to uniform.",
    source: "T5 (Raffel et al., 2020), section 3.5.2",
    options: {
      t: {
        type: { kind: "number", min: 1 },
        required: true,
        doc: "The temperature T; probabilities are ∝ min(rows, most)^(1/T).",
      },
      most: {
        type: { kind: "int", min: 1 },
        unit: "rows",
        doc: "Rows of a task beyond these do not count; by default all do.",
      },
    },
  },
  annealed: {
    doc: "With probability ∝ rows^α, where α falls linearly from 1 in the first epoch to `end` in the last.",
    source: "BERT and PALs (Stickland & Murray, 2019), section 4.4",
    options: { end: { type: { kind: "rate" }, default: 0.2, doc: "α of the last epoch." } },
  },
  weights: {
    doc: "With given probabilities, normalised to 1; a task of weight 0 is evaluated but never trained.",
    source: "UniT (Hu & Singh, 2021)",
    options: {
      of: {
        type: { kind: "map", value: { kind: "number", min: 0 } },
        required: true,
        doc: "A weight for every task of the stage.",
      },
    },
  },
  main_plus_ratio: {
    doc: "Epochs of all mini-batches of one task with a random part of the others', shuffled together.",
    source: "MT-DNN's reference code, option `ratio`",
    options: {
      main: { type: { kind: "name", of: "task" }, required: true, doc: "The task whose batches all are in an epoch." },
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
        doc: "A gain below this share of the best score counts as none.",
      },
      go: {
        type: { kind: "rate" },
        default: 0.005,
        doc: "A score that is lower than the best one by more than this share of it sets a stopped task going, whether it has forgotten or overfits; `100%` sets none going whose score stays above zero.",
      },
      patience: {
        type: { kind: "int", min: 0 },
        default: 1,
        unit: "validations",
        doc: "A task stops after more validations in a row without a gain than these.",
      },
      cooldown: {
        type: { kind: "int", min: 0 },
        default: 1,
        unit: "validations",
        doc: "Validations after a change that are not counted against the task.",
      },
      gap: {
        type: { kind: "int", min: 1 },
        default: 4,
        unit: "turns",
        doc: "A stopped task is trained in every so many of its turns; 1 never leaves one out.",
      },
      epochs: {
        type: { kind: "number", min: 0 },
        default: 1,
        doc: "Of a task's validations the first after every so many epochs of its turns counts; 0 counts every one.",
      },
      variant: {
        type: { kind: "one_of", options: ["paper", "code"] },
        default: "paper",
        doc: "`code` is the authors' controller, in which a stopped task's missing gains can hide its fall.",
      },
      over: {
        type: { kind: "call", family: "sampler" },
        default: "round_robin",
        doc: "The sampler whose turns are left out.",
      },
    },
  },
  uncertainty: {
    doc: "Mixed steps of the rows that the model is least certain of, among candidates from every task.",
    source: "CA-MTL (Pilault et al., 2021), algorithm 1",
    options: {
      candidates: {
        type: { kind: "int", min: 1, max: 1000000 },
        required: true,
        unit: "rows",
        doc: "Rows of each task that the model looks at before a step; the paper has as many as the batch.",
      },
      score: {
        type: { kind: "one_of", options: ["paper", "code"] },
        default: "code",
        doc: "`paper` is the entropy of a row's prediction, as a share of the most that it can be; `code`, of the authors, times the mean of that over the task, so that uncertain tasks come first.",
      },
      proxy: {
        type: { kind: "map", value: { kind: "either", types: [{ kind: "rate" }, { kind: "name", of: "task" }] } },
        doc: "For tasks that predict neither a category nor labels: a task of the stage whose scores they take, or the share of uncertainty that their rows have.",
      },
    },
  },
  round_robin: { doc: "One task after another, in the order of `tasks`.", options: {} },
} as const satisfies CallableTable;
