import type { OptionTable } from "./types.ts";

const column = { kind: "call", family: "column" } as const;
const columnName = { kind: "string", names: "column" } as const;

export const taskOptions = {
  from: {
    type: { kind: "stream" },
    required: true,
    doc: "The stream that the head takes, or a list of streams for `ensemble`.",
  },
  head: {
    type: { kind: "stream" },
    default: "identity",
    doc: "A layer value that turns `from` into predictions: class scores, or one number.",
  },
  target: {
    type: { kind: "call", family: "target" },
    required: true,
    doc: "The kind of prediction and the column with the right answers.",
  },
  loss: { type: { kind: "stream" }, doc: "A loss or a weighted sum of losses; by default that of the target." },
  metrics: {
    type: { kind: "list", element: { kind: "call", family: "metric" }, distinct: true },
    doc: "Metrics on validation and test; the first one selects checkpoints. By default those of the target.",
  },
  weight: { type: { kind: "number", min: 0 }, default: 1, doc: "A factor on the task's loss." },
  augment: {
    type: {
      kind: "either",
      types: [
        { kind: "call", family: "augmentation" },
        { kind: "list", element: { kind: "call", family: "augmentation" } },
      ],
    },
    doc: "Random changes that training makes to examples before the model sees them: one augmentation or a list, `[flip, crop(padding: 2), mixup]`, of which pictures take theirs in this order, and mixup comes last.",
  },
  uses: {
    type: { kind: "stream" },
    doc: "The modalities of its examples: `[photo, optional words]`. By default those that `from` uses without `optional`.",
  },
  budget: { type: { kind: "call", family: "budget" }, doc: "Limits of the cost of predicting one example." },
} as const satisfies OptionTable;

export const datasetOptions = {
  path: {
    type: {
      kind: "either",
      types: [
        { kind: "string", names: "table" },
        { kind: "map", value: { kind: "string", names: "table" }, keys: ["train", "validation", "test"] },
      ],
    },
    required: true,
    doc: 'A table: CSV, TSV, JSON Lines, JSON, Parquet, Arrow or Feather, IDX; a pattern for several files, `data/*.csv`; or a folder with one folder per class. One path for all splits, or one for each: `{ train: "a.csv", test: "b.csv" }`. Paths are relative to the specification.',
  },
  columns: {
    type: {
      kind: "map",
      value: {
        kind: "either",
        types: [
          columnName,
          column,
          { kind: "list", element: { kind: "either", types: [columnName, column] }, distinct: true },
        ],
      },
      keys: "field",
    },
    doc: 'The column of each modality and target field. A list gives the segments of a text, or the columns of a table in the order of its declaration, and `each("answers", max_candidates: 4)` the candidates of a `ranking`. A field that is not listed has the column of its own name, and a table the columns that it names.',
  },
  split: {
    type: {
      kind: "map",
      value: { kind: "either", types: [{ kind: "rate" }, columnName] },
      keys: ["train", "validation", "test", "group", "column"],
    },
    doc: 'Fractions for `train`, `validation` and `test`, assigned by a hash of the row, with `group: "column"` to keep rows together; or `column: "set"`, a column with the split of each row. By default 80 %, 10 %, 10 %.',
  },
  rows: {
    type: { kind: "call", family: "row_choice" },
    doc: "The part of its training split that is used; by default all of it. Validation and test keep all their rows.",
  },
  delimiter: {
    type: { kind: "one_of", options: ["comma", "semicolon", "tab", "bar"] },
    doc: "Separator of the cells of CSV and TSV. By default it is found in the header: a comma (a tab in TSV) if there is one, else a semicolon, a tab or a bar (`|`).",
  },
  decimal: {
    type: { kind: "one_of", options: ["point", "comma"] },
    doc: "Decimal separator of CSV and TSV: `1.5`, or `1,5` with points between thousands. By default both `1.5` and `1,5` are read, except that cells separated by commas are read with points.",
  },
  memory: {
    type: { kind: "number", min: 1e6, measure: "bytes" },
    unit: "bytes",
    doc: "Maximum memory for its rows: `200MB`. Rows beyond are kept in a file and read when they are needed. It changes no result. By default all columns that are used are in memory.",
  },
  window: {
    type: { kind: "int", min: 1 },
    unit: "rows",
    doc: "Number of rows that are shuffled together in training. An epoch takes blocks of a sixteenth of a window in random order and shuffles sixteen of them at a time, so that files are read in long runs. By default all rows are shuffled together.",
  },
  tasks: {
    type: { kind: "list", element: { kind: "name", of: "task" }, distinct: true },
    required: true,
    doc: "The tasks that its rows have targets for. A row that lacks a target counts for the other tasks only.",
  },
  weight: { type: columnName, doc: "The column with the weight of each row." },
  bad_rows: {
    type: { kind: "either", types: [{ kind: "rate" }, { kind: "one_of", options: ["report", "refuse"] }] },
    default: 0.05,
    doc: "Largest fraction of unreadable rows. They are left out and reported; if there are more, the run ends before it trains. `refuse` allows none, `report` any number.",
  },
} as const satisfies OptionTable;

export const stageOptions = {
  tasks: {
    type: { kind: "list", element: { kind: "name", of: "task" }, distinct: true },
    default: "all",
    doc: "The tasks that the stage trains.",
  },
  sampler: { type: { kind: "call", family: "sampler" }, default: "shuffled", doc: "Chooses the task of each step." },
  optimizer: {
    type: { kind: "call", family: "optimizer" },
    required: true,
    doc: "Computes weight updates from gradients.",
  },
  schedule: { type: { kind: "call", family: "schedule" }, default: "constant", doc: "Learning-rate schedule." },
  batch: {
    type: {
      kind: "either",
      types: [
        { kind: "int", min: 1, max: 1000000 },
        { kind: "map", value: { kind: "int", min: 1, max: 1000000 }, keys: "task" },
      ],
    },
    default: 32,
    unit: "rows",
    doc: "Rows per step: one number for all tasks, or one for each.",
  },
  epochs: {
    type: { kind: "number", min: 0 },
    doc: "Number of passes over the rows of its tasks. Give either this or `steps`.",
  },
  steps: { type: { kind: "int", min: 1, max: 1000000000 }, doc: "Number of updates. Give either this or `epochs`." },
  freeze: {
    type: { kind: "pattern" },
    doc: "Weights that are not trained; `frozen_mode` says if they work in evaluation mode.",
  },
  train: { type: { kind: "pattern" }, doc: "Weights that are trained; all others are frozen." },
  frozen_mode: {
    type: { kind: "one_of", options: ["evaluate", "train"] },
    default: "evaluate",
    doc: "Mode of parts that are frozen entirely: evaluation mode, without dropout and with constant running statistics, or training mode. Dropout belongs to the smallest enclosing scope that has a weight.",
  },
  cache: {
    type: { kind: "one_of", options: ["frozen", "off"] },
    default: "frozen",
    doc: "With `frozen`, the outputs of a frozen part that are the same in every step are computed once per example and kept on disk.",
  },
  init: {
    type: { kind: "call", family: "start" },
    doc: "Initial weights of the stage. By default it continues from the stage before.",
  },
  teacher: {
    type: { kind: "call", family: "teacher" },
    doc: "A model whose predictions the stage's `loss` knows as `teacher`, in the form of `output`: the model of this specification in evaluation mode, with the weights and the params (`with`) of an earlier stage, or with weights from outside and the params of this stage. Its weights have `teacher.` before their names and are frozen, so that what it gives for an example is computed once.",
  },
  with: {
    type: { kind: "map", value: { kind: "any" }, keys: "param" },
    doc: "Values of params in this stage. Its graph is built with them, and weights carry over by name.",
  },
  for_each: {
    type: { kind: "one_of", options: ["task"] },
    doc: "Runs the stage once for each of its tasks, one after another on the same weights.",
  },
  fork: {
    type: { kind: "bool" },
    doc: "With `for_each: task`: each task starts from the state before the stage and keeps a result of its own. Only the last stage can fork.",
  },
  step: {
    type: { kind: "call", family: "step" },
    default: "one_task",
    doc: "The batches from which one update is made.",
  },
  balance: {
    type: { kind: "call", family: "balance" },
    default: "fixed",
    doc: "Combines the losses of several tasks into one update.",
  },
  loss: {
    type: { kind: "stream" },
    doc: "A loss or a weighted sum of losses that is added to that of each task in this stage, such as a penalty on weights that only this stage has.",
  },
  clip: { type: { kind: "number", min: 0 }, doc: "Largest global norm of the gradient (Pascanu et al., 2013)." },
  accumulate: {
    type: { kind: "int", min: 1, max: 1000000 },
    default: 1,
    unit: "batches",
    doc: "Batches whose gradients are averaged for one update.",
  },
  average: {
    type: { kind: "call", family: "average" },
    doc: "An average of the weights over the updates, which is used for validation, the saved model and the result of the stage; training continues from the weights themselves.",
  },
  untouched: {
    type: { kind: "one_of", options: ["skip", "decay"] },
    default: "skip",
    doc: "Treatment of a trainable weight that the task of a step does not use: `skip` leaves it unchanged, `decay` applies decay and moments as for a zero gradient.",
  },
  seed: {
    type: { kind: "int", min: 0, max: 9007199254740991 },
    default: 1,
    doc: "Seed of initial weights, dropout, sampling and shuffling.",
  },
  log: {
    type: { kind: "one_of", options: ["losses", "gradients"] },
    default: "losses",
    doc: "Values logged at each step. `gradients` adds the norm of each task's gradient, which costs one pass over it (none if steps of one task are clipped).",
  },
  early_stop: {
    type: { kind: "call", family: "early_stop" },
    doc: "Ends the stage when validation no longer improves.",
  },
  checkpoint: {
    type: { kind: "call", family: "checkpoint" },
    default: "checkpoint",
    doc: "Schedule of validations and checkpoints.",
  },
  budget: { type: { kind: "call", family: "budget" }, doc: "Limits of the cost of training." },
} as const satisfies OptionTable;
