import type { Renaming } from "../stage/renaming.ts";
import type { Semantics } from "../semantics.ts";
import type { datasetOptions, stageOptions, taskOptions } from "./declarations.ts";
import type { Families } from "./families.ts";
import type { AnyValue, Patterns, ResolvedCall, ResolvedOptions } from "./types.ts";

/**
 * A specification with every default filled in and every param evaluated: plain JSON, which the runtime reads and a run
 * folder keeps (`spec.resolved.json`). Streams are not in it; they are in the graphs.
 */
export interface ResolvedSpecification {
  readonly language: 1;
  /** Number of the semantics under which it is read. */
  readonly semantics: Semantics;
  readonly model: { readonly name: string; readonly title?: string; readonly doc?: string };
  readonly params: { readonly [name: string]: AnyValue };
  readonly modalities: { readonly [name: string]: ResolvedModality };
  readonly tasks: { readonly [name: string]: ResolvedTask };
  readonly datasets: { readonly [name: string]: ResolvedDataset };
  /** Stages in the order of running. */
  readonly stages: readonly ResolvedStage[];
  /** Earlier names of weights, in the order of the text; absent without `renamed`. */
  readonly renamed?: readonly Renaming[];
  /** The weights that are read through a block, in the order of the text; absent without `adapt`. */
  readonly adapt?: readonly ResolvedAdaptation[];
}

/** `by` is the text of the block, in one line. */
export interface ResolvedAdaptation {
  readonly weights: Patterns;
  readonly by: string;
}

/** `like` is the modality whose options it has, and with whose values its vocabulary and statistics are learnt. */
export type ResolvedModality = Exclude<ResolvedCall<Families["modality"]>, { readonly kind: "like" }> & {
  readonly like?: string;
};
export type ResolvedTokenizer = ResolvedCall<Families["tokenizer"]>;
export type ResolvedTarget = ResolvedCall<Families["target"]>;
export type ResolvedDecoding = ResolvedCall<Families["decoding"]>;
export type ResolvedAugmentation = ResolvedCall<Families["augmentation"]>;
export type ResolvedMixup = Extract<ResolvedAugmentation, { readonly kind: "mixup" }>;
/** Changes texts before they are split into tokens. */
export type ResolvedCodeSwitch = Extract<ResolvedAugmentation, { readonly kind: "code_switch" }>;
/** Changes single pictures, where mixup adds up the rows of a batch. */
export type ResolvedPictureAugmentation = Exclude<ResolvedAugmentation, ResolvedMixup | ResolvedCodeSwitch>;
export type ResolvedBudget = ResolvedCall<Families["budget"]>;
export type ResolvedLoss = ResolvedCall<Families["loss"]>;
export type LossKind = ResolvedLoss["kind"];
export type ResolvedMetric = ResolvedCall<Families["metric"]>;
export type ResolvedBalance = ResolvedCall<Families["balance"]>;
export type ResolvedSampler = ResolvedCall<Families["sampler"]>;
export type ResolvedStep = ResolvedCall<Families["step"]>;
export type ResolvedOptimizer = ResolvedCall<Families["optimizer"]>;
export type ResolvedSchedule = ResolvedCall<Families["schedule"]>;
export type ResolvedStart = ResolvedCall<Families["start"]>;

export type ResolvedTeacher = ResolvedCall<Families["teacher"]>;
/** Weights from outside of the run. */
export type ResolvedWarmStart = Extract<ResolvedStart, { readonly kind: "from" }>;
/** The merged weights of several models. */
export type ResolvedMerge = Extract<ResolvedStart, { readonly kind: "merge" }>;
export type ResolvedMergeMethod = ResolvedCall<Families["merge_method"]>;
export type ResolvedInitializer = ResolvedCall<Families["initializer"]>;

export type ResolvedTask = Omit<ResolvedOptions<typeof taskOptions>, "metrics"> & {
  readonly name: string;
  readonly metrics: readonly ResolvedMetric[];
  /** Modalities of the task's examples. A row that lacks a required one is a bad row. */
  readonly inputs: readonly { readonly modality: string; readonly optional: boolean }[];
  /** Present if the task's examples have several candidates each. */
  readonly candidates?: Candidates;
};

export type ResolvedDataset = Omit<ResolvedOptions<typeof datasetOptions>, "split" | "columns"> & {
  readonly name: string;
  /** Column or columns of every modality and target field that the tasks of the data set need. */
  readonly columns: { readonly [field: string]: ResolvedColumns };
  readonly split: ResolvedSplit;
};

/** One column, or one for each segment. A column of candidates is always in a list. */
export type ResolvedColumns = string | readonly (string | ResolvedColumn)[];
export type ResolvedColumn = ResolvedCall<Families["column"]>;

/** A second axis of a task's examples, of static size. */
export interface Candidates {
  /** Largest number of candidates of an example. */
  readonly most: number;
  /** For each modality and segment: if it is shared by all candidates or differs between them. */
  readonly parts: { readonly [modality: string]: readonly ("shared" | "each")[] };
}

/** A fold of cross validation: its part of the rows outside `test` is used for validation. `index` counts from 1. */
export interface Fold {
  readonly index: number;
  readonly of: number;
}

export type ResolvedSplit = DeclaredSplit & {
  /** Replaces the declared division into training and validation. */
  readonly fold?: Fold;
};

type DeclaredSplit =
  | {
      readonly kind: "shares";
      readonly train: number;
      readonly validation: number;
      readonly test: number;
      readonly group?: string;
    }
  | { readonly kind: "column"; readonly column: string }
  /** Each split has its own file. A missing `validation` is taken from `train`; `validation` is its fraction. */
  | { readonly kind: "files"; readonly validation: number; readonly group?: string };

export type ResolvedStage = ResolvedOptions<typeof stageOptions> & { readonly name: string };
