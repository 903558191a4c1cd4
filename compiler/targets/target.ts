import type { Feature } from "../features/features.ts";
import type { Shape } from "../graph/graph.ts";
import type {
  Candidates,
  LossKind,
  ResolvedMetric,
  ResolvedModality,
  ResolvedSpecification,
  ResolvedTarget,
} from "../schema/resolved.ts";
import type { Rules } from "../semantics.ts";
import type { ForwardGraph, TextLengths } from "../stage/plan.ts";

export type TargetKind = ResolvedTarget["kind"];
export type TargetOf<Kind extends TargetKind> = Extract<ResolvedTarget, { readonly kind: Kind }>;

/** The parts of a specification that the features and outputs of a task's target depend on. */
export interface TargetTask {
  readonly name: string;
  readonly modalities: ResolvedSpecification["modalities"];
  readonly candidates?: Candidates | undefined;
  /** The mode of the graph; without one, that of evaluations. */
  readonly mode?: ForwardGraph["mode"];
  /** The number of tokens of each text for which the graph takes shorter texts than `max_length`. */
  readonly lengths?: TextLengths;
}

/** One tensor that a target adds to the features of a batch. */
export interface TargetFeature extends Feature {
  /** The name within the target: `target` if there is one feature, else a name such as `boxes`. */
  readonly part: string;
  /** Losses and metrics compare the model's outputs with it, only metrics do, or the model itself reads it. */
  readonly use: "compared" | "measured" | "read";
  /** The meaning for programs that make the feature themselves, by the manifest of a compiled folder. */
  readonly content:
    | "target"
    | "identity"
    | "tokens_before_hiding"
    | "hidden_places"
    | "mask"
    | "next_tokens"
    | "overlap"
    | "drawn_positions"
    | "cells"
    | "hidden_parts"
    | "object_classes"
    | "object_boxes";
  /** The text whose tokens lie along its first axis, so that it is as long as the text is compiled. */
  readonly tokensOf?: string;
  /** True if its numbers are probabilities to be right, of which a loss may take fractions. */
  readonly isShare?: true;
  /** The value of elements that a row does not have. */
  readonly empty: 0 | -1;
  /**
   * The type in which the data keeps it for metrics, which measure in the unit of the data; absent where the feature
   * itself is as exact.
   */
  readonly keptAs?: (rules: Rules) => "float64" | "float32";
}

/** One tensor that a graph predicts for each row. */
export interface TargetOutput {
  readonly name: string;
  /** The shape without the batch. */
  readonly shape: Shape;
  /** True for a vector that the graph divides by its length, so that its length is 1. */
  readonly hasLengthOne?: true;
  /** True if a row may lack it, which a feature of the target tells. */
  readonly mayBeMissing?: true;
  /** The meaning of the indices along its last axis, if they have one; `classes_and_none` has a last one for no class. */
  readonly labels?: "classes" | "classes_and_none" | "vocabulary";
}

/** A loss of the schema, or a block of the standard library that takes `output` and `target`. */
export type TargetLoss = LossKind | "set_prediction";

/** The classes of a target: their declared number, and their names if it lists them. */
export interface Classes {
  readonly count: number;
  readonly names: readonly string[] | undefined;
  /** The number of classes that a row has: one by its index, any number by a number for each class, or several by their indices, with −1 for none. */
  readonly perRow: "one" | "any number" | "several";
}

/**
 * A modality from which the reader makes a target. Every row of the task must have it, and it must be of one of these
 * kinds.
 */
export interface TargetSource {
  readonly modality: string;
  readonly kinds: readonly ResolvedModality["kind"][];
  /**
   * `changed` if the reader changes the modality's values for the task, anew for each epoch; `drawn` if it draws values of
   * other rows; `copied` if some of them are the target.
   */
  readonly values: "changed" | "drawn" | "copied" | "kept";
  /** The reason why the target cannot be made of a modality of one of the kinds, if there is one. */
  readonly obstacle?: (modality: ResolvedModality) => string | undefined;
}

/**
 * A target, with everything that the compiler, the reader and the command line need to know about its kind, so that
 * none of them has to distinguish kinds. The module of the same name in `runtime/targets` reads, measures and predicts
 * it.
 */
export interface Target {
  /** `a category of 9 classes`: for messages and pictures. */
  readonly description: string;
  /** The column that contains it, and the cells that mean a missing target, in addition to empty ones. */
  readonly column?: {
    readonly name: string;
    readonly missing: readonly string[];
    /** A second column, which tells what can be chosen in a row. */
    readonly beside?: string;
  };
  /** The modalities that the reader makes it of. */
  readonly madeOf?: readonly TargetSource[];
  /**
   * Present if rows have values of other rows: the number of candidates of an example in either mode, if it has
   * candidates, and the columns with lists of rows to draw from.
   */
  readonly drawnRows?: {
    readonly candidates?: { readonly train: number; readonly evaluate: number };
    readonly columns: readonly string[];
  };
  readonly classes?: Classes;
  /** Factors on the weight of training rows of each class, if it declares them. */
  readonly classWeights?: TargetOf<"category">["class_weights"];
  /** The two modalities whose values it matches, so that values of one can be ranked for a value of the other. */
  readonly matches?: readonly [first: string, second: string];
  /** The regions of which one is chosen: its outputs are scores of them. */
  readonly choosesFrom?: string;
  /** The text whose words it tags. */
  readonly tagsWordsOf?: string;
  /** The modality whose vocabulary its outputs are over. */
  readonly vocabularyOf?: string;
  /** The text that the task generates, which examples do not have when the model predicts. */
  readonly generates?: string;
  /** The modalities that only training reads. A row may lack them. */
  readonly trainsWith?: readonly string[];
  /**
   * Present for numbers in a unit of the data. `standardised` is true if the model learns them standardised by the
   * training split.
   */
  readonly numbers?: { readonly standardised: boolean };
  /** True if it ranks the candidates of a row; only such a task may have candidates, and it must have them. */
  readonly ranksCandidates?: true;
  /** True if it says where something is in a picture, so that it changes with what moves in the picture. */
  readonly placesInPicture?: true;
  /** True if its losses compare the rows of a batch with each other, so that rows cannot be mixed. */
  readonly comparesRows?: true;
  /** True if it is only learnt for the sake of other tasks, so that it is not predicted unless it is named. */
  readonly isPretext?: true;
  /**
   * The prediction of a task whose `from` and `head` give a list: the mean of its members, or the last of them where a
   * mean would have no meaning. The loss is the mean over the members in either case.
   */
  readonly members?: "last";
  /** The losses that can be used, in addition to those that a specification writes; the first is the default. */
  readonly losses: readonly [TargetLoss, ...TargetLoss[]];
  /** The default metrics; the first one selects checkpoints. */
  readonly defaultMetrics: readonly ResolvedMetric[];
  /** The target under an older semantics number; absent if it is the same under all. */
  readonly underRules?: (rules: Rules) => ResolvedTarget;
  readonly features: (task: TargetTask) => readonly TargetFeature[];
  readonly outputs: (task: TargetTask) => readonly TargetOutput[];
  /** A way to streams that fit the outputs, for a message; absent where a last layer of the right width is one. */
  readonly wayToOutputs?: (task: TargetTask) => string | undefined;
}

/** The definition of a kind of target: a function of the target as a specification has it. */
export type TargetDefinition<Kind extends TargetKind> = (target: TargetOf<Kind>) => Target;
