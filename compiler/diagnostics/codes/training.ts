import { counted } from "../../counted.ts";
import { define, didYouMean, listed } from "../define.ts";
import type { Fix } from "../diagnostic.ts";
import { type Written, inserted, misspelt, optionBehind, replaced, saidIn } from "../fixes.ts";
import type { Nearest } from "../nearest.ts";

/** A name for a model, out of that of its file. */
function nameOfFile(file: string): string {
  const stem = (/([^/\\]*?)(?:\.mtl)?$/u.exec(file)?.[1] ?? "").replaceAll(/\W/gu, "_");
  return /^[A-Za-z_]/u.test(stem) ? stem : "model";
}

/** A head that ends in a `linear` of another width gets the right one; layers are added behind another head, and a head behind `from`. */
function withLayers(from: "head" | "from", layers: string | undefined, written: Written): readonly Fix[] {
  if (layers === undefined) return [];
  if (from === "from") return optionBehind(written, `head: ${layers}`);
  const said = saidIn(written);
  const isLinear = /^linear\(\d+\)$/u.test(said) && /^linear\(\d+\)$/u.test(layers);
  return isLinear ? replaced(written, layers, "guess") : inserted(written, written.at.end, ` -> ${layers}`, "guess");
}

/** Tasks, data sets and stages as a whole. */
export const training = {
  no_model: define({
    code: "MTL5001",
    severity: "error",
    message: () => "The specification has no `model`.",
    help: () => 'Begin with `model NAME "title"`.',
    fixes: (_, written) => inserted(written, 0, `model ${nameOfFile(written.at.file)}\n\n`, "guess"),
  }),
  head_mismatch: define<{
    task: string;
    from: "head" | "from";
    found: string;
    expected: string;
    target: string;
    hint: string;
    /** The layers that turn what the head gives into what the target needs. */
    layers?: string | undefined;
  }>({
    code: "MTL5002",
    severity: "error",
    message: ({ task, from, found, expected, target }) =>
      `The ${from === "head" ? "head" : "`from`"} of the task "${task}" gives ${found}, but its target, ${target}, needs ${expected}.`,
    help: ({ hint }) => hint,
    fixes: ({ from, layers }, written) => withLayers(from, layers, written),
  }),
  loss_target: define<{ loss: string; target: string; fitting: string }>({
    code: "MTL5003",
    severity: "error",
    message: ({ loss, target }) => `The loss "${loss}" does not support ${target}.`,
    help: ({ fitting }) => `Choose one of ${fitting}.`,
  }),
  metric_target: define<{ metric: string; target: string; fitting: string }>({
    code: "MTL5004",
    severity: "error",
    message: ({ metric, target }) => `The metric "${metric}" does not support ${target}.`,
    help: ({ fitting }) => `Choose one of ${fitting}.`,
  }),
  target_modality: define<{ target: string; modality: string; reason: string }>({
    code: "MTL5021",
    severity: "error",
    message: ({ target, modality, reason }) => `The target, ${target}, cannot be made of "${modality}": ${reason}.`,
    help: () =>
      "A target is made of modalities that every example of the task has: `masked` of a text, `masked_classes` of regions with `classes`, `masked_values` of regions, steps, or an image whose sizes its `patch` divides, and `reconstruct` of an image or a tensor whose sizes its `patch` divides.",
  }),
  sequence_without_end: define<{ modality: string; reason: string }>({
    code: "MTL5095",
    severity: "error",
    message: ({ modality, reason }) => `"${modality}" cannot be generated: ${reason}.`,
    help: ({ modality }) => `Declare \`${modality}\` as one text with an end: \`text(separators: after)\`.`,
  }),
  trains_nothing: define<{ stage: string }>({
    code: "MTL5005",
    severity: "error",
    message: ({ stage }) => `The stage "${stage}" has nothing to train: every weight that its tasks use is frozen.`,
    help: () => "Freeze fewer weights, or add a task with weights that are trained.",
  }),
  pattern_matches_nothing: define<{ pattern: string; nearest?: Nearest | undefined }>({
    code: "MTL5006",
    severity: "error",
    message: ({ pattern }) => `"${pattern}" matches no weight, stream or layer of this stage.`,
    help: ({ nearest }) => didYouMean(nearest) ?? "`mtl expand --weights` lists the names.",
    fixes: ({ pattern, nearest }, written) => misspelt(written, pattern, nearest),
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
  files_beyond_memory: define<{ dataset: string; modality: string; column: string }>({
    code: "MTL5061",
    severity: "error",
    message: ({ dataset, modality, column }) =>
      `The data set "${dataset}" declares its \`memory\`, but "${modality}" is read from the files that the column "${column}" names, whose contents would all be in memory.`,
    help: () => "Leave out `memory`, or write what the files hold into the table itself.",
  }),
  target_among_inputs: define<{ task: string; column: string; modality: string; dataset: string }>({
    code: "MTL5060",
    severity: "warning",
    message: ({ task, column, modality, dataset }) =>
      `The task "${task}" reads its own target: in the data set "${dataset}" the column "${column}" is also its input "${modality}".`,
    help: ({ modality }) =>
      `Leave the column out of "${modality}", or predict another column: a model that is given the answer learns only to copy it.`,
  }),
  unused_modality: define<{ modality: string }>({
    code: "MTL5009",
    severity: "warning",
    message: ({ modality }) => `The modality "${modality}" is not used by any task.`,
    help: () => "Use it in a stream that a task uses, or remove it.",
  }),
  unused_stream: define<{ stream: string }>({
    code: "MTL5010",
    severity: "warning",
    message: ({ stream }) => `The stream "${stream}" is not used by any task.`,
    help: () => "Use it, or remove it.",
  }),
  fresh_and_frozen: define<{ weight: string; count: number; stage: string }>({
    code: "MTL5011",
    severity: "error",
    message: ({ weight, count, stage }) =>
      `The stage "${stage}" freezes ${count === 1 ? `"${weight}"` : `${count} weights, such as "${weight}",`} before any stage has trained ${count === 1 ? "it: it would keep its random initial value" : "them: they would keep their random initial values"}.`,
    help: () => "Train it in an earlier stage, or do not freeze it.",
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
    help: () => "Stages run in the order in which they are written.",
  }),
  merge_models: define<{ stage: string; models: number }>({
    code: "MTL5080",
    severity: "error",
    message: ({ stage, models }) =>
      `The stage "${stage}" merges ${models === 0 ? "no model" : "one model"}; a merge needs at least two.`,
    help: () =>
      'Name the models, `merge([from("a-0001"), from("b-0001")])`; of one model, write `init: from("a-0001")`.',
  }),
  merge_base: define<{ stage: string; method: string }>({
    code: "MTL5081",
    severity: "error",
    message: ({ stage, method }) =>
      `The stage "${stage}" merges by ${method}, which adds the changes of the models to the weights that they began with, and no stage runs before it.`,
    help: () => 'Name those weights, `base: from("start-0001")`, or merge by `average`.',
  }),
  fork_not_last: define<{ stage: string; next: string }>({
    code: "MTL5041",
    severity: "error",
    message: ({ stage, next }) =>
      `The stage "${stage}" forks, so it ends with separate weights for each task, and "${next}" cannot follow it.`,
    help: ({ stage }) =>
      `Move "${stage}" to the end, or remove \`fork\`: its tasks then train one after another on the same weights.`,
  }),
  fork_of_nothing: define<{ stage: string }>({
    code: "MTL5049",
    severity: "error",
    message: ({ stage }) => `The stage "${stage}" has \`fork\` but no \`for_each: task\`.`,
    help: () => "Add `for_each: task`, or remove `fork`.",
    fixes: (_, written) => optionBehind(written, "for_each: task"),
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
    help: () => "Mix modalities that every row has, other than text and tables, or remove `augment`.",
  }),
  idle_augmentation: define<{ augmentation: string; task: string; reason: string }>({
    code: "MTL5070",
    severity: "error",
    message: ({ augmentation, task, reason }) =>
      `\`${augmentation}\` has nothing to change in task "${task}": ${reason}.`,
    help: () =>
      "Images and videos that the task reads can be changed, `code_switch` changes texts, and one `mixup` mixes its rows: leave it out, or name others in `of`.",
  }),
  switched_buckets: define<{ task: string; modality: string }>({
    code: "MTL5170",
    severity: "error",
    message: ({ task, modality }) =>
      `\`code_switch\` of task "${task}" changes the length of "${modality}", which is in \`buckets\`.`,
    help: () =>
      "Batches are put together by the lengths that texts have in the data. Leave the `buckets` of the modality out.",
  }),
  mixup_members: define<{ task: string }>({
    code: "MTL5017",
    severity: "error",
    message: ({ task }) => `Mixup per modality needs predictions of one modality each, which "${task}" does not have.`,
    help: () =>
      "List one stream for each modality in `from`, with `head: ensemble(train: each)`; or write `per: batch`.",
  }),
  candidates_without_ranking: define<{ task: string; target: string }>({
    code: "MTL5018",
    severity: "error",
    message: ({ task, target }) =>
      `These columns have several candidates per row, but the task "${task}" predicts ${target}.`,
    help: () =>
      "Only `ranking` takes candidates: write the name of the column without `each`, or give the task the target `ranking`.",
  }),
  ranking_without_candidates: define<{ task: string; dataset: string }>({
    code: "MTL5019",
    severity: "error",
    message: ({ task, dataset }) => `The data set "${dataset}" has no candidates for "${task}" to rank.`,
    help: () =>
      'Name the column that has them, as in `columns: { words: ["question", each("answers", max_candidates: 4)] }`.',
  }),
  candidates_differ: define<{ task: string }>({
    code: "MTL5020",
    severity: "error",
    message: ({ task }) => `The candidates of "${task}" are declared differently in different columns or data sets.`,
    help: () =>
      "Give each column of candidates the same `max_candidates`, and each data set of the task the same segments.",
  }),
  frozen_again: define<{ stage: string; reason: string; help: string }>({
    code: "MTL5040",
    severity: "advice",
    message: ({ stage, reason }) => `The stage "${stage}" recomputes its frozen part in every step, because ${reason}.`,
    help: ({ help }) => `${help}, and the frozen part is computed once per example. \`cache: off\` accepts the cost.`,
  }),
  idle_frozen_mode: define<{ stage: string }>({
    code: "MTL5047",
    severity: "advice",
    message: ({ stage }) =>
      `\`frozen_mode: train\` has no effect in "${stage}": its frozen part has no dropout or running statistics.`,
    help: () =>
      "Remove it. Dropout belongs to the smallest enclosing scope that has a weight; `mtl expand --weights` lists these scopes and their modes.",
  }),
  over_budget: define<{ of: string; actual: string; limit: string; largest: readonly string[] }>({
    code: "MTL5030",
    severity: "error",
    message: ({ of, actual, limit }) => `${of} needs ${actual}; its budget is ${limit}.`,
    help: ({ largest }) => `The largest parts: ${largest.join(", ")}. Make them smaller, or raise the budget.`,
  }),
  length_pinned: define<{ task: string; lengths: string; reason: string }>({
    code: "MTL5042",
    severity: "warning",
    message: ({ task, lengths, reason }) =>
      `The task "${task}" cannot be compiled for texts of ${lengths} tokens: ${reason}.`,
    help: () =>
      "Texts of these lengths are padded to the next longer one. Use blocks that ignore padding (attention, `mean`, `sum`, `max`), or remove `buckets`.",
  }),
  bad_buckets: define<{ modality: string; problem: string }>({
    code: "MTL5043",
    severity: "error",
    message: ({ modality, problem }) => `The buckets of the text "${modality}" ${problem}.`,
    help: () =>
      "Write up to three lengths, shortest first, all below `max_length`, as in `buckets: [16, 32]`; `max_length` is compiled in any case.",
  }),
  balance_of_one_task: define<{ balance: string; stage: string; trains: "one" | "some of them" | "all" }>({
    code: "MTL5031",
    severity: "error",
    message: ({ balance, stage, trains }) =>
      `\`${balance}\` compares the tasks of a step, but each step of "${stage}" trains ${trains}.`,
    help: () => "Write `step: joint`, or balance by `homoscedastic` or `dwa`, which look at each task by itself.",
    fixes: ({ trains }, written) => (trains === "one" ? optionBehind(written, "step: joint") : []),
  }),
  rows_not_tasks: define<{ stage: string; found: string }>({
    code: "MTL5032",
    severity: "error",
    message: ({ stage, found }) => `\`uncertainty\` chooses rows of mixed steps, but ${found} of "${stage}".`,
    help: () => "Leave `step` out, or write `step: mixed`, with `uncertainty` as the stage's own sampler.",
  }),
  no_entropy: define<{ task: string; found: string; classified: readonly string[] }>({
    code: "MTL5033",
    severity: "error",
    message: ({ task, found }) => `\`uncertainty\` cannot compare rows of "${task}": ${found}.`,
    help: ({ classified }) =>
      `Give it a proxy that predicts a category or labels${classified.length > 0 ? ` (${classified.join(", ")})` : ""}, or a fixed value from 0 to 1: \`proxy: { TASK: 0.5 }\`.`,
  }),
  unmixable_step: define<{ stage: string; reason: string; help: string }>({
    code: "MTL5034",
    severity: "error",
    message: ({ stage, reason }) => `Steps of "${stage}" cannot be mixed: ${reason}.`,
    help: ({ help }) => help,
  }),
  no_shared_rows: define<{ stage: string; reason: string }>({
    code: "MTL5071",
    severity: "error",
    message: ({ stage, reason }) => `No tasks of the stage "${stage}" can share rows: ${reason}.`,
    help: () => "Leave `rows` out, or write `rows: own`.",
  }),
  no_representation: define<{ stage: string; reason: string }>({
    code: "MTL5072",
    severity: "error",
    message: ({ stage, reason }) => `The tasks of the stage "${stage}" have no representation to compare: ${reason}.`,
    help: () => "Leave `of` out: the gradients of the shared weights are compared.",
  }),
  group_without_decay: define<{ optimizer: string }>({
    code: "MTL5035",
    severity: "error",
    message: ({ optimizer }) => `This group has a weight decay, but \`${optimizer}\` does not decay weights.`,
    help: () => "Remove it, or choose an optimizer with weight decay, such as `adamw`.",
  }),
  group_changes_nothing: define<{ reason: string }>({
    code: "MTL5036",
    severity: "error",
    message: ({ reason }) => `This group changes nothing: ${reason}.`,
    help: () =>
      "A weight belongs to the first group that matches it: put narrow patterns before wide ones, and give each group a `rate` or a `weight_decay`.",
  }),
  unmeasured_metric: define<{
    stage: string;
    selector: string;
    turn?: string | undefined;
    known: readonly string[];
    nearest?: Nearest | undefined;
  }>({
    code: "MTL5045",
    severity: "error",
    message: ({ stage, selector, turn }) =>
      `"${selector}" is not measured in "${stage}"${turn === undefined ? "" : ` where it trains "${turn}"`}.`,
    help: ({ nearest, known }) =>
      didYouMean(nearest) ??
      `Choose one of ${listed(known)}; or a metric by its name alone, for the mean of all tasks that have it; or "auto".`,
    fixes: ({ selector, nearest }, written) => misspelt(written, selector, nearest),
  }),
  task_cannot_leave: define<{ stage: string; reason: string }>({
    code: "MTL5048",
    severity: "error",
    message: ({ stage, reason }) => `No task can leave the stage "${stage}": ${reason}.`,
    help: () =>
      "Write `tasks: any` or `tasks: all`, which end the stage for all tasks at once, or change the option that needs them.",
  }),
  metric_of_unknown_class: define<{
    metric: string;
    of: string;
    task: string;
    known: readonly string[];
    nearest?: Nearest | undefined;
  }>({
    code: "MTL5046",
    severity: "error",
    message: ({ metric, of, task }) =>
      `The metric "${metric}" is asked for the class "${of}", which "${task}" does not have.`,
    help: ({ nearest, known }) => didYouMean(nearest) ?? `Its classes are ${listed(known)}.`,
    fixes: ({ of, nearest }, written) => misspelt(written, of, nearest),
  }),
  too_few_queries: define<{ queries: number; most: number }>({
    code: "MTL5130",
    severity: "error",
    message: ({ queries, most }) =>
      `${counted(queries, "query", "queries")} cannot predict ${counted(most, "object")}, since each predicts one at most.`,
    help: ({ most }) => `Write \`queries: ${most}\` or more; twice the usual number of objects is common.`,
  }),
  boxes_stay: define<{ augmentation: string; task: string }>({
    code: "MTL5131",
    severity: "error",
    message: ({ augmentation, task }) =>
      `The augmentation "${augmentation}" moves what is in the pictures of "${task}", and the boxes of its target would stay where they are.`,
    help: () => "Leave it out, or choose one that changes colours alone, such as `jitter`.",
  }),
  metric_without_boxes: define<{ metric: string; target: string }>({
    code: "MTL5132",
    severity: "error",
    message: ({ metric, target }) =>
      `The metric "${metric}" is asked for an overlap of boxes, and the target is ${target}.`,
    help: () => "Leave `iou` out: the target has no boxes.",
  }),
  class_weights_count: define<{ given: number; classes: number }>({
    code: "MTL5037",
    severity: "error",
    message: ({ given, classes }) =>
      `\`class_weights\` has ${counted(given, "number")} for ${counted(classes, "class", "classes")}.`,
    help: () =>
      "Give one number per class, in the order of the classes; or a map by class name, in which omitted classes get 1; or `balanced`.",
  }),
};
