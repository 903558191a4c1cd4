import { define, didYouMean } from "../define.ts";

/** Tasks, data sets and stages as a whole. */
export const training = {
  no_model: define({
    code: "MTL5001",
    severity: "error",
    message: () => "The specification has no `model`.",
    help: () => 'Begin with `model NAME "title"`.',
  }),
  head_mismatch: define<{ task: string; from: "head" | "from"; found: string; expected: string; target: string; hint: string }>({
    code: "MTL5002",
    severity: "error",
    message: ({ task, from, found, expected, target }) => `The ${from === "head" ? "head" : "`from`"} of the task "${task}" gives ${found}, but its target, ${target}, needs ${expected}.`,
    help: ({ hint }) => hint,
  }),
  loss_target: define<{ loss: string; target: string; fitting: string }>({
    code: "MTL5003",
    severity: "error",
    message: ({ loss, target }) => `The loss "${loss}" is not for ${target}.`,
    help: ({ fitting }) => `Choose one of ${fitting}.`,
  }),
  metric_target: define<{ metric: string; target: string; fitting: string }>({
    code: "MTL5004",
    severity: "error",
    message: ({ metric, target }) => `The metric "${metric}" is not for ${target}.`,
    help: ({ fitting }) => `Choose one of ${fitting}.`,
  }),
  masked_modality: define<{ modality: string; reason: string }>({
    code: "MTL5021",
    severity: "error",
    message: ({ modality, reason }) => `Tokens of "${modality}" cannot be hidden: ${reason}.`,
    help: () => "`masked` is for a modality of the kind `text` that every example of the task has.",
  }),
  trains_nothing: define<{ stage: string }>({
    code: "MTL5005",
    severity: "error",
    message: ({ stage }) => `The stage "${stage}" trains nothing: every weight that its tasks reach is frozen.`,
    help: () => "Freeze less, or give it a task whose weights are trained.",
  }),
  pattern_matches_nothing: define<{ pattern: string; nearest?: string | undefined }>({
    code: "MTL5006",
    severity: "error",
    message: ({ pattern }) => `"${pattern}" matches no weight, stream or layer of this stage.`,
    help: ({ nearest }) => didYouMean(nearest) ?? "`mtl expand --weights` lists the names.",
  }),
  untrained_task: define<{ task: string }>({
    code: "MTL5007",
    severity: "warning",
    message: ({ task }) => `No stage trains the task "${task}".`,
    help: () => "Add it to a stage's `tasks`, or remove it.",
  }),
  task_without_data: define<{ task: string }>({
    code: "MTL5008",
    severity: "error",
    message: ({ task }) => `No data set has the task "${task}".`,
    help: () => "Add it to the `tasks` of a `dataset`.",
  }),
  unused_modality: define<{ modality: string }>({
    code: "MTL5009",
    severity: "warning",
    message: ({ modality }) => `The modality "${modality}" reaches no task.`,
    help: () => "Use it in a stream that a task reaches, or remove it.",
  }),
  unused_stream: define<{ stream: string }>({
    code: "MTL5010",
    severity: "warning",
    message: ({ stream }) => `The stream "${stream}" reaches no task.`,
    help: () => "Use it, or remove it.",
  }),
  fresh_and_frozen: define<{ weight: string; count: number; stage: string }>({
    code: "MTL5011",
    severity: "error",
    message: ({ weight, count, stage }) => `The stage "${stage}" freezes ${count === 1 ? `"${weight}"` : `${count} weights, "${weight}" the first,`} before any stage has trained ${count === 1 ? "it: it would stay at its random first value" : "them: they would stay at their random first values"}.`,
    help: () => "Train what is frozen in an earlier stage, or do not freeze it.",
  }),
  missing_weight_of_task: define<{ task: string; stage: string }>({
    code: "MTL5012",
    severity: "error",
    message: ({ task, stage }) => `The sampler of "${stage}" gives no weight to the task "${task}".`,
    help: () => "Give every task of the stage a weight; 0 leaves it out of training.",
  }),
  later_stage: define<{ stage: string; start: string }>({
    code: "MTL5013",
    severity: "error",
    message: ({ stage, start }) => `The stage "${stage}" starts from "${start}", which does not run before it.`,
    help: () => "Stages run in the order in which they stand.",
  }),
  nothing_to_train: define({
    code: "MTL5014",
    severity: "advice",
    message: () => "The specification has no stage, so it can be checked and drawn but not trained.",
    help: () => "Add a `stage` with tasks, an optimizer and a length.",
  }),
  unmixable_modality: define<{ modality: string; reason: string }>({
    code: "MTL5016",
    severity: "error",
    message: ({ modality, reason }) => `Mixup cannot mix the modality "${modality}": ${reason}.`,
    help: () => "Mix what every row has, text and tables excepted, or leave `augment` out.",
  }),
  mixup_members: define<{ task: string }>({
    code: "MTL5017",
    severity: "error",
    message: ({ task }) => `Mixup per modality needs predictions of one modality each, which "${task}" does not have.`,
    help: () => "List one stream for each modality in `from`, with `head: ensemble(train: each)`; or write `per: batch`.",
  }),
  candidates_without_ranking: define<{ task: string; target: string }>({
    code: "MTL5018",
    severity: "error",
    message: ({ task, target }) => `These columns have several candidates a row, but the task "${task}" predicts ${target}.`,
    help: () => "Only `ranking` chooses among candidates: give the column by its name alone, or the task the target `ranking`.",
  }),
  ranking_without_candidates: define<{ task: string; dataset: string }>({
    code: "MTL5019",
    severity: "error",
    message: ({ task, dataset }) => `The data set "${dataset}" has no candidates for "${task}" to rank.`,
    help: () => 'Say which column holds them, as in `columns: { words: ["question", each("answers", most: 4)] }`.',
  }),
  candidates_differ: define<{ task: string }>({
    code: "MTL5020",
    severity: "error",
    message: ({ task }) => `The candidates of "${task}" are not declared alike everywhere.`,
    help: () => "Give each column of candidates the same `most`, and each data set of the task the same segments.",
  }),
  over_budget: define<{ of: string; actual: string; limit: string; largest: readonly string[] }>({
    code: "MTL5030",
    severity: "error",
    message: ({ of, actual, limit }) => `${of} needs ${actual}; its budget is ${limit}.`,
    help: ({ largest }) => `Most of it: ${largest.join(", ")}. Make these smaller, or raise the budget.`,
  }),
  balance_of_one_task: define<{ balance: string; stage: string; trains: "one" | "some of them" | "all" }>({
    code: "MTL5031",
    severity: "error",
    message: ({ balance, stage, trains }) => `\`${balance}\` compares the gradients of tasks, but each step of "${stage}" trains ${trains}.`,
    help: () => "Write `step: joint`, or balance by `homoscedastic` or `dwa`, which need losses only.",
  }),
  carried_shape: define<{ weight: string; stage: string; before: string; after: string; count: number }>({
    code: "MTL5015",
    severity: "error",
    message: ({ weight, stage, before, after, count }) => `The stage "${stage}" changes the shape of "${weight}" from ${before} to ${after}${count > 1 ? `, and of ${count - 1} more weights` : ""}.`,
    help: () => "A weight that is carried over keeps its shape. Leave its size as it was, start afresh with `init: fresh`, or give the new one another name.",
  }),
};
