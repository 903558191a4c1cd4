import type { Renaming } from "../stage/renaming.ts";
import type { Semantics } from "../semantics.ts";
import type { datasetOptions, stageOptions, taskOptions } from "./declarations.ts";
import type { Families } from "./families.ts";
import type { AnyValue, ResolvedCall, ResolvedOptions } from "./types.ts";

/**
 * A specification with every default filled in and every param evaluated: plain JSON, what the runtime reads and a run folder keeps
 * (`spec.resolved.json`). Streams are not in it; they are in the graphs.
 */
export interface ResolvedSpecification {
  readonly language: 1;
  /** Which rules it is read by. */
  readonly semantics: Semantics;
  readonly model: { readonly name: string; readonly title?: string; readonly doc?: string };
  readonly params: { readonly [name: string]: AnyValue };
  readonly modalities: { readonly [name: string]: ResolvedModality };
  readonly tasks: { readonly [name: string]: ResolvedTask };
  readonly datasets: { readonly [name: string]: ResolvedDataset };
  /** In the order in which they run. */
  readonly stages: readonly ResolvedStage[];
  /** What weights were called before, in the order of the text; absent where there is no `renamed`. */
  readonly renamed?: readonly Renaming[];
}

export type ResolvedModality = ResolvedCall<Families["modality"]>;
export type ResolvedTokenizer = ResolvedCall<Families["tokenizer"]>;
export type ResolvedTarget = ResolvedCall<Families["target"]>;
export type ResolvedAugmentation = ResolvedCall<Families["augmentation"]>;
export type ResolvedMixup = Extract<ResolvedAugmentation, { readonly kind: "mixup" }>;
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
/** Weights from outside of the run. */
export type ResolvedWarmStart = Extract<ResolvedStart, { readonly kind: "from" }>;
export type ResolvedInitializer = ResolvedCall<Families["initializer"]>;

export type ResolvedTask = Omit<ResolvedOptions<typeof taskOptions>, "metrics"> & {
  readonly name: string;
  readonly metrics: readonly ResolvedMetric[];
  /** The modalities of its examples; a row that lacks a required one is a bad row. */
  readonly inputs: readonly { readonly modality: string; readonly optional: boolean }[];
  /** Where its examples have several candidates each. */
  readonly candidates?: Candidates;
};

export type ResolvedDataset = Omit<ResolvedOptions<typeof datasetOptions>, "split" | "columns"> & {
  readonly name: string;
  /** Column or columns of every modality and target field that its tasks need. */
  readonly columns: { readonly [field: string]: ResolvedColumns };
  readonly split: ResolvedSplit;
};

/** One column, or one for each segment. A column of candidates always stands in a list. */
export type ResolvedColumns = string | readonly (string | ResolvedColumn)[];
export type ResolvedColumn = ResolvedCall<Families["column"]>;

/** A second axis of a task's examples, of static size. */
export interface Candidates {
  /** How many an example has at most. */
  readonly most: number;
  /** The modalities that differ between candidates: of each segment, whether it does. */
  readonly parts: { readonly [modality: string]: readonly ("shared" | "each")[] };
}

/** In cross validation the rows that are validated on, of all that are not of `test`; from 1. */
export interface Fold {
  readonly index: number;
  readonly of: number;
}

export type ResolvedSplit = DeclaredSplit & {
  /** Instead of the division into training and validation that was declared. */
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
  /** Each split has its own file. A missing `validation` is taken from `train` by `validation`, a share. */
  | { readonly kind: "files"; readonly validation: number; readonly group?: string };

export type ResolvedStage = ResolvedOptions<typeof stageOptions> & { readonly name: string };
