/**
 * Rules by which a specification becomes data, graphs and numbers, as far as they have changed. A trained model keeps
 * its
 * specification and not its graphs, so it also keeps the number of its rules (`model.json`, `run.lock.json`): it
 * continues to predict,
 * to be measured and to be resumed as it was trained. Models and runs without a number have the first one.
 *
 * A change of what an unchanged specification trains or predicts adds a rule here, which the code reads by name.
 * Until a version is released, the newest number includes all changes.
 */
export interface Rules {
  /** A mean over rows of weights w divides by Σ w, or by max(Σ w, 1), which gave too little weight to light rows. */
  readonly weightedMean: "sum_of_weights" | "at_least_one";
  /** The value of a text, table, series or tensor of a class folder: the content of each file, or its name. */
  readonly classFolderValue: "content" | "name";
  /**
   * Meaning of folders of a class folder that are named like splits (`train`, `test`): splits, or classes like all
   * others.
   */
  readonly splitFolders: "splits" | "classes";
  /**
   * Precision of numbers of tables and series before they are standardised: as in the file, or rounded to float32, in
   * which the timestamps of 64 seconds are one number.
   */
  readonly numbersBeforeStandardising: "float64" | "float32";
  /**
   * A `number` target is standardised by the training split by default, or it is used as float32 and never
   * standardised.
   */
  readonly numberTargets: "standardised" | "as_they_are";
  /** Declared outputs for which the data has no class are masked, or take part in losses and metrics like classes. */
  readonly spareClasses: "masked" | "counted";
  /**
   * Rates of dropout and similar that differ from a multiple of 1∕256 by more than one percent are exact, or all rates
   * are rounded to 1∕256.
   */
  readonly dropoutRate: "exact" | "of_256";
  /** Order of the entries of a map: as written, or with integer keys before all others, as in JavaScript objects. */
  readonly mapOrder: "as_written" | "whole_numbers_first";
  /** An entry that is listed or given twice is an error, or was ignored. */
  readonly twice: "refused" | "passed";
  /** The filter that resizes a decoded picture: our own, which equals Pillow's, or that of the decoding library. */
  readonly pictureFilter: "own" | "library";
  /**
   * Choice of tokens by `masked(unit: word)`: words in random order as long as tokens can be hidden, or each word with
   * the given chance, as far as there is room.
   */
  readonly hiddenWords: "share_of_tokens" | "each_with_chance";
  /** Order of equal scores in `top_k`: the last one first, as in scikit-learn, or the first one first. */
  readonly topKTies: "last" | "first";
  /**
   * Comparison of validations by `auto`: by each task's fraction of the way from a constant prediction to the best
   * value, or by the mean of its metrics in their units, in which one NaN hides the others.
   */
  readonly selection: "gain" | "plain_mean";
  /** Rows of an embedding table are matched with those of a pretrained one by token, or, from a bare file, by index. */
  readonly pretrainedRows: "by_token" | "by_place";
  /** The meaning of a bare name where one of several choices is asked for, as in `f(sees: words)`: the choice of that name, or the value that the name has. */
  readonly choices: "before_bound_names" | "after_bound_names";
  /** The rows of the tasks of one data set in a joint step that does not say: the same for all of them, or each task's own. */
  readonly jointRows: "shared" | "own";
  /** PCGrad's projections: weights that follow from the dot products of the gradients, or projections of the gradients themselves, rounded to float32. */
  readonly conflictingGradients: "weighed" | "projected";
  /** A modality whose name is a parameter or a `let` of a block is not required by the tasks that use the block, or was required. */
  readonly hiddenModalities: "not_required" | "required";
  /**
   * Names of the streams of a list that `all_tasks` gives, by which `each` and `repeat` name weights: those of the tasks,
   * or that of the stream that enters, so that `each` gave all tasks one set of weights, or none, so that weights were
   * named by the order of the tasks.
   */
  readonly streamsOfTasks: "named" | "unnamed";
}

const second = {
  weightedMean: "sum_of_weights",
  classFolderValue: "content",
  splitFolders: "splits",
  numbersBeforeStandardising: "float64",
  numberTargets: "standardised",
  spareClasses: "masked",
  dropoutRate: "exact",
  mapOrder: "as_written",
  twice: "refused",
  pictureFilter: "own",
  hiddenWords: "share_of_tokens",
  topKTies: "last",
  selection: "gain",
  pretrainedRows: "by_token",
  choices: "before_bound_names",
  jointRows: "own",
  conflictingGradients: "projected",
  hiddenModalities: "not_required",
  streamsOfTasks: "unnamed",
} as const satisfies Rules;

const rulesByNumber = {
  1: {
    weightedMean: "at_least_one",
    classFolderValue: "name",
    splitFolders: "classes",
    numbersBeforeStandardising: "float32",
    numberTargets: "as_they_are",
    spareClasses: "counted",
    dropoutRate: "of_256",
    mapOrder: "whole_numbers_first",
    twice: "passed",
    pictureFilter: "library",
    hiddenWords: "each_with_chance",
    topKTies: "first",
    selection: "plain_mean",
    pretrainedRows: "by_place",
    choices: "after_bound_names",
    jointRows: "own",
    conflictingGradients: "projected",
    hiddenModalities: "required",
    streamsOfTasks: "unnamed",
  },
  2: second,
  3: { ...second, jointRows: "shared", conflictingGradients: "weighed", streamsOfTasks: "named" },
} as const satisfies { readonly [number: number]: Rules };

export type Semantics = keyof typeof rulesByNumber;

/** Number of the current semantics. */
export const currentSemantics: Semantics = 3;

/** Number of the semantics of models and runs without a number. */
export const firstSemantics: Semantics = 1;

/** All numbers that this version knows. */
export const knownSemantics: readonly Semantics[] = Object.keys(rulesByNumber).map(Number) as Semantics[];

export function rulesOf({ semantics }: { readonly semantics: Semantics }): Rules {
  return rulesByNumber[semantics];
}
