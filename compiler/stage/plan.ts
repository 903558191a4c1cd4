import type { Graph, Origin, Shape } from "../graph/graph.ts";
import type { ResolvedInitializer, ResolvedStage } from "../schema/resolved.ts";

/** A weight or state that a graph uses, by its stable name. */
export interface WeightDeclaration {
  readonly name: string;
  /** A `state` is never trained; training graphs give its next value as an output. */
  readonly kind: "weight" | "state";
  readonly shape: Shape;
  readonly initializer: ResolvedInitializer;
  readonly origin?: Origin;
}

/** A task elaborated in one mode, not yet differentiated. */
export interface ForwardGraph {
  readonly task: string;
  /** `predict` has neither targets nor loss; `evaluate` is without dropout. */
  readonly mode: "train" | "evaluate" | "predict";
  readonly batch: number;
  /**
   * Inputs: weights, states, features, random bytes, `row_weight`. Outputs: `loss` (the weighted total) and one `loss_term` for each named
   * term (`train`, `evaluate`), `prediction`s, and next values of states (`train`).
   */
  readonly graph: Graph;
  /** In order of first use. */
  readonly weights: readonly WeightDeclaration[];
}

/** A modality, a stream or a fusion, by which a graph's output of the role `stream` is known. */
export interface NamedStream {
  readonly name: string;
  /** `tokens`, `vector`, … */
  readonly kind: string;
  /** `shared` where it is the same for all rows, and has no axis for them. */
  readonly batch: "batched" | "shared";
}

/** The graph of predicting one example that gives its named streams besides, and which these are. */
export interface StreamGraph {
  readonly graph: Graph;
  readonly streams: readonly NamedStream[];
}

/** What training does with a weight in one stage. */
export interface StageWeight extends WeightDeclaration {
  readonly trainable: boolean;
  /** Whether weight decay applies: not to biases, norms and other weights of rank 1. */
  readonly decayed: boolean;
  /**
   * Weights that are always updated together, because the same tasks reach them and one group has them, share a class, and so an update count: `untouched: skip`
   * counts updates by weight, and Adam's bias correction is two host-computed numbers a class instead of two a weight.
   */
  readonly class: string;
  /** The tasks of the stage that reach it. */
  readonly tasks: readonly string[];
  /** Which of the optimizer's groups it belongs to, from 0. */
  readonly group?: number;
}

/** Another size of a task's graphs: the same weights, and so the same optimizer state. What is left out is the stage's. */
export interface GraphVariant {
  /** Rows. */
  readonly batch?: number;
  /** Tokens of the texts that are compiled shorter than they may be, by modality. */
  readonly lengths?: TextLengths;
  /** Whether the values of the frozen prefix are `given` as features (`StagePlan.prefix`). */
  readonly prefix?: "given";
}

export type TextLengths = { readonly [modality: string]: number };

/** Names a variant among those of a task. */
export function variantKey({ batch, lengths = {}, prefix }: GraphVariant = {}): string {
  const texts = Object.entries(lengths).map(([modality, length]) => `${modality} ${length}`);
  return [
    ...(batch === undefined ? [] : [batch]),
    ...texts.toSorted(),
    ...(prefix === undefined ? [] : ["after prefix"]),
  ].join(", ");
}

/** One stage, compiled lazily: each graph is elaborated, differentiated and optimised when it is first asked for. */
export interface StagePlan {
  readonly stage: ResolvedStage;
  /** Tasks that the stage trains, in order. */
  readonly tasks: readonly string[];
  /** Every weight and state that a task of the stage uses. */
  readonly weights: readonly StageWeight[];
  /** Every place that works otherwise in training than in evaluation (dropout, updates of states, blocks that ask), and how it works in this stage's training. */
  readonly modes: ReadonlyMap<string, "train" | "evaluate">;
  batchOf(task: string): number;
  /** The lengths of texts at which all of a task's graphs can be compiled, shortest first; the last are the full ones, `{}`. */
  buckets(task: string): readonly TextLengths[];
  /** Forward, backward and update of one batch of one task: the fast path. */
  step(task: string, variant?: GraphVariant): Graph;
  /** Loss, predictions and gradients of one batch; next values of states. */
  gradients(task: string, variant?: GraphVariant): Graph;
  /** Clip and update the weights that these tasks reach, from the inputs `gradient/…`. */
  apply(tasks: readonly string[]): Graph;
  /** Loss and predictions without dropout. */
  evaluate(task: string, variant?: GraphVariant): Graph;
  predict(task: string, variant?: GraphVariant): Graph;
  /** To look into the model. */
  streams(task: string): StreamGraph;
  /**
   * What the stage freezes, as far as it gives the same for an example in every step: from one row's features to the features `frozen.0`, … of
   * the graphs of `prefix: "given"`. Nothing where no product is spared.
   */
  prefix?(task: string, mode: "train" | "evaluate", lengths?: TextLengths): Graph | undefined;
}

/** Whether a stage's updates come each from one batch of one task, and so from the one graph `step`. */
export function isFused({
  step,
  accumulate,
  balance,
}: Pick<ResolvedStage, "step" | "accumulate" | "balance">): boolean {
  return step.kind === "one_task" && accumulate === 1 && balance.kind === "fixed";
}
