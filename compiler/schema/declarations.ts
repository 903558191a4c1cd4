import type { OptionTable } from "./types.ts";

const column = { kind: "call", family: "column" } as const;

export const taskOptions = {
  from: {
    type: { kind: "stream" },
    required: true,
    doc: "The stream that is predicted from, or a list of streams for `ensemble`.",
  },
  head: {
    type: { kind: "stream" },
    default: "identity",
    doc: "A layer value that turns `from` into predictions: class scores, or one number.",
  },
  target: { type: { kind: "call", family: "target" }, required: true, doc: "What is predicted." },
  loss: { type: { kind: "stream" }, doc: "A loss or a weighted sum of losses; the target's own by default." },
  metrics: {
    type: { kind: "list", element: { kind: "call", family: "metric" }, distinct: true },
    doc: "What is measured on validation and test; the first one selects checkpoints. By default the target's own.",
  },
  weight: { type: { kind: "number", min: 0 }, default: 1, doc: "A factor on the task's loss." },
  augment: {
    type: { kind: "call", family: "augmentation" },
    doc: "What training makes of a batch before the model sees it.",
  },
  uses: {
    type: { kind: "stream" },
    doc: "The modalities that its examples have: `[photo, optional words]`. By default those that `from` reaches without `optional`.",
  },
  budget: { type: { kind: "call", family: "budget" }, doc: "What predicting one example may cost." },
} as const satisfies OptionTable;

export const datasetOptions = {
  path: {
    type: { kind: "either", types: [{ kind: "string" }, { kind: "map", value: { kind: "string" } }] },
    required: true,
    doc: 'A table: CSV, TSV, JSON Lines, JSON, Parquet, Arrow or Feather, IDX; a pattern of several, `data/*.csv`; or a folder with one folder for each class. One for all, or one for each split: `{ train: "a.csv", test: "b.csv" }`. Relative to the specification.',
  },
  columns: {
    type: {
      kind: "map",
      value: {
        kind: "either",
        types: [
          { kind: "string" },
          column,
          { kind: "list", element: { kind: "either", types: [{ kind: "string" }, column] }, distinct: true },
        ],
      },
    },
    doc: 'The column of each modality and target field; a list gives segments of a text, or the columns of a table in the order of its declaration, and `each("answers", most: 4)` the candidates of a `ranking`. What is not named has a column of its own name, and a table those that it names.',
  },
  split: {
    type: { kind: "map", value: { kind: "either", types: [{ kind: "rate" }, { kind: "string" }] } },
    doc: 'Shares of `train`, `validation` and `test` by a hash of the row, with `group: "column"` to keep rows together; or `column: "set"` that names each row\'s split. By default 80 %, 10 %, 10 %.',
  },
  rows: {
    type: { kind: "call", family: "row_choice" },
    doc: "Which rows of its training split there are at all: all by default. Validation and test keep all of theirs.",
  },
  delimiter: {
    type: { kind: "one_of", options: ["comma", "semicolon", "tab", "bar"] },
    doc: "What is between the cells of CSV and TSV. Where it is not said it is what the header has: a comma (a tab in TSV) if there is one, else a semicolon, a tab or a bar (`|`).",
  },
  decimal: {
    type: { kind: "one_of", options: ["point", "comma"] },
    doc: "How CSV and TSV write fractions: `1.5`, or `1,5` with points between thousands. Where it is not said and cells are not parted by commas, both `1.5` and `1,5` are read.",
  },
  tasks: {
    type: { kind: "list", element: { kind: "name", of: "task" }, distinct: true },
    required: true,
    doc: "The tasks that its rows have targets for. A row may lack a target: it then counts for the others only.",
  },
  weight: { type: { kind: "string" }, doc: "A column with a weight for each row." },
  bad_rows: {
    type: { kind: "either", types: [{ kind: "rate" }, { kind: "one_of", options: ["report", "refuse"] }] },
    default: 0.05,
    doc: "What share of its rows may be unreadable. They are left out and reported; more of them end the run before it trains. `refuse` allows none, `report` any number.",
  },
} as const satisfies OptionTable;

export const stageOptions = {
  tasks: {
    type: { kind: "list", element: { kind: "name", of: "task" }, distinct: true },
    default: "all",
    doc: "The tasks that it trains.",
  },
  sampler: { type: { kind: "call", family: "sampler" }, default: "shuffled", doc: "Which task each step trains." },
  optimizer: { type: { kind: "call", family: "optimizer" }, required: true, doc: "How gradients move weights." },
  schedule: { type: { kind: "call", family: "schedule" }, default: "constant", doc: "How the learning rate changes." },
  batch: {
    type: {
      kind: "either",
      types: [
        { kind: "int", min: 1, max: 1000000 },
        { kind: "map", value: { kind: "int", min: 1, max: 1000000 } },
      ],
    },
    default: 32,
    unit: "rows",
    doc: "Rows a step, for all tasks or for each.",
  },
  epochs: {
    type: { kind: "number", min: 0 },
    doc: "How often the rows of its tasks are seen. Either this or `steps`.",
  },
  steps: { type: { kind: "int", min: 1, max: 1000000000 }, doc: "How many updates it makes. Either this or `epochs`." },
  freeze: { type: { kind: "pattern" }, doc: "What is not trained; `frozen_mode` says how it works meanwhile." },
  train: { type: { kind: "pattern" }, doc: "What is trained; everything else is frozen." },
  frozen_mode: {
    type: { kind: "one_of", options: ["evaluate", "train"] },
    default: "evaluate",
    doc: "How what is wholly frozen works in training: as in evaluation, without dropout and with its running statistics as they are, or as in training. Dropout belongs to the smallest scope around it that has a weight.",
  },
  cache: {
    type: { kind: "one_of", options: ["frozen", "off"] },
    default: "frozen",
    doc: "Whether what is frozen and gives the same for an example in every step is computed once for each example, and kept on disk.",
  },
  init: { type: { kind: "call", family: "start" }, doc: "Where its weights come from." },
  with: {
    type: { kind: "map", value: { kind: "any" } },
    doc: "Params that it sets; the graph is elaborated anew and weights carry over by name.",
  },
  for_each: {
    type: { kind: "one_of", options: ["task"] },
    doc: "Run once for each of its tasks, one after another over the same weights.",
  },
  fork: {
    type: { kind: "bool" },
    doc: "With `for_each: task`, whether each task begins anew from where the stage starts, and keeps a result of its own. Only the last stage forks.",
  },
  step: { type: { kind: "call", family: "step" }, default: "one_task", doc: "What one update is made from." },
  balance: {
    type: { kind: "call", family: "balance" },
    default: "fixed",
    doc: "How the losses of its tasks make an update.",
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
    doc: "An average of its weights over its updates: what it validates, saves as the model and ends with, while training goes on from the weights themselves.",
  },
  untouched: {
    type: { kind: "one_of", options: ["skip", "decay"] },
    default: "skip",
    doc: "What happens to a trainable weight that a step's task does not reach: nothing, or decay and moments as with a zero gradient.",
  },
  seed: {
    type: { kind: "int", min: 0, max: 9007199254740991 },
    default: 1,
    doc: "Of initial weights, dropout, sampling and shuffling.",
  },
  log: {
    type: { kind: "one_of", options: ["losses", "gradients"] },
    default: "losses",
    doc: "What is logged of each step: with `gradients` also the norm of every task's gradient, at a pass over it. A step of one task that clips knows it anyway.",
  },
  early_stop: { type: { kind: "call", family: "early_stop" }, doc: "When to end early." },
  checkpoint: {
    type: { kind: "call", family: "checkpoint" },
    default: "checkpoint",
    doc: "When to save and validate.",
  },
  budget: { type: { kind: "call", family: "budget" }, doc: "What training may cost." },
} as const satisfies OptionTable;
