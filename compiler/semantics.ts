/**
 * The rules by which a specification becomes data, graphs and numbers, where they have not always been the same. A trained model keeps its
 * specification and not its graphs, so it keeps the number of the rules too (`model.json`, `run.lock.json`): it goes on to predict, to be
 * measured and to be resumed as it was trained. What has no number is from before there was one, and has the first.
 *
 * Whoever changes what an unchanged specification trains or predicts adds a rule here, and asks for it by name where it makes a difference.
 * Until a version is released, the newest number takes in all that changes.
 */
export interface Rules {
  /** A mean over rows of weights w divides by Σ w, or by max(Σ w, 1), which made little of light rows. */
  readonly weightedMean: "sum_of_weights" | "at_least_one";
  /** A text, a table, a series or a tensor of a class folder is what stands in each file, or was the file's name. */
  readonly classFolderValue: "content" | "name";
  /** Folders of a class folder that are named as splits (`train`, `test`) are those, or were classes as all others. */
  readonly splitFolders: "splits" | "classes";
  /** How exact numbers of tables and series are until they are standardised: as in the file, or rounded to float32, which made one number of 64 seconds of today. */
  readonly numbersBeforeStandardising: "float64" | "float32";
  /** A `number` target is standardised by the training split unless it says otherwise; or every one is taken as float32 has it, and never standardised. */
  readonly numberTargets: "standardised" | "as_they_are";
  /** Whether outputs that are declared, and that the data has no class for, take part in losses and metrics as if they stood for one. */
  readonly spareClasses: "masked" | "counted";
  /** Rates of dropout and its kin that 256ths miss by more than a hundredth are exact, or all were rounded to 256ths. */
  readonly dropoutRate: "exact" | "of_256";
  /** In which order the entries of a map come: as they are written, or keys that look like whole numbers before all others, as objects of JavaScript have them. */
  readonly mapOrder: "as_written" | "whole_numbers_first";
  /** What is listed or given twice is an error, or was passed over. */
  readonly twice: "refused" | "passed";
  /** What makes a grid of a decoded picture: our own filter, which is Pillow's, or that of the library that decodes it. */
  readonly pictureFilter: "own" | "library";
  /** How `masked(unit: word)` hides its rate: words in any order as long as there are tokens to hide, or each word with that chance, as far as there was room. */
  readonly hiddenWords: "share_of_tokens" | "each_with_chance";
  /** Which of equal scores `top_k` takes first: the last of them, as scikit-learn does, or the first. */
  readonly topKTies: "last" | "first";
  /** How `auto` compares validations: by each task's share of the way from a constant prediction to the best value, or by the mean of its metrics in their units, of which one that is NaN hides the others. */
  readonly selection: "gain" | "plain_mean";
  /** Rows of a table that text is looked up in are taken from outside by their token, or, from a bare file, by their place. */
  readonly pretrainedRows: "by_token" | "by_place";
  /** The meaning of a bare name where one of several choices is asked for, as in `f(sees: words)`: the choice of that name, or the value that the name has. */
  readonly choices: "before_bound_names" | "after_bound_names";
  /** A modality whose name is a parameter or a `let` of a block is not required by the tasks that use the block, or was required. */
  readonly hiddenModalities: "not_required" | "required";
}

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
    hiddenModalities: "required",
  },
  2: {
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
    hiddenModalities: "not_required",
  },
} as const satisfies { readonly [number: number]: Rules };

export type Semantics = keyof typeof rulesByNumber;

/** Of what is written today. */
export const currentSemantics: Semantics = 2;

/** Of models and runs that do not say. */
export const firstSemantics: Semantics = 1;

/** All numbers that this version knows. */
export const knownSemantics: readonly Semantics[] = Object.keys(rulesByNumber).map(Number) as Semantics[];

export function rulesOf({ semantics }: { readonly semantics: Semantics }): Rules {
  return rulesByNumber[semantics];
}
