import type { DecodingGraphs } from "../analysis/decoding/decoding-graphs.ts";
import type { Graph, Origin, Shape, Value } from "../graph/graph.ts";
import { balanceNeeds } from "../balance/balance-needs.ts";
import type { SizedGraph } from "./sized-graph.ts";
import type { SharedStreams } from "./shared-streams.ts";
import type { ResolvedInitializer, ResolvedStage } from "../schema/resolved.ts";

/** A weight or state that a graph uses, by its stable name. */
export interface WeightDeclaration {
  readonly name: string;
  /** A `state` is never trained; training graphs output its next value. */
  readonly kind: "weight" | "state";
  readonly shape: Shape;
  readonly initializer: ResolvedInitializer;
  readonly origin?: Origin;
  /** The name in the model that it is a weight of, if that is a stage's teacher: there are `teacher.` and this name in its own. */
  readonly ofTeacher?: string;
}

/** A task with the weights that its graph uses. */
export interface TaskWeights {
  readonly task: string;
  /** Weights in the order of first use. */
  readonly weights: readonly WeightDeclaration[];
}

/** A task elaborated in one mode, before differentiation. */
export interface ForwardGraph extends TaskWeights {
  /** `predict` has neither targets nor loss; `evaluate` has no dropout. */
  readonly mode: "train" | "evaluate" | "predict";
  readonly batch: number;
  /**
   * Inputs: weights, states, features, random bytes, `row_weight`. Outputs: `loss` (the weighted total) and one
   * `loss_term` for each named
   * term (`train`, `evaluate`), `prediction`s, and next values of states (`train`).
   */
  readonly graph: Graph;
  /** The values that are read instead of weights, by the names of those: what `adapt` makes of them. They depend on weights alone. */
  readonly adapted: ReadonlyMap<string, Value>;
}

/** The forward graph of one task, or of several tasks over the same rows, before differentiation. */
export interface ForwardPass {
  readonly tasks: readonly string[];
  /** The graph has the inputs and outputs of `ForwardGraph.graph`. Those of one task among several have its name in the role. */
  readonly graph: Graph;
}

/** The pass of one task. */
export function passOf({ task, graph }: Pick<ForwardGraph, "task" | "graph">): ForwardPass {
  return { tasks: [task], graph };
}

/** A modality, a stream or a fusion, which names an output of the role `stream`. */
export interface NamedStream {
  readonly name: string;
  /** `tokens`, `vector`, … */
  readonly kind: string;
  /** `shared` if the value is the same for all rows, and has no batch axis. */
  readonly batch: "batched" | "shared";
}

/** The graph that predicts one example and also outputs its named streams, with a list of these. */
export interface StreamGraph {
  readonly graph: Graph;
  readonly streams: readonly NamedStream[];
}

/** Treatment of a weight in the training of one stage. */
export interface StageWeight extends WeightDeclaration {
  readonly trainable: boolean;
  /** True if weight decay applies: not to biases, norms and other weights of rank 1. */
  readonly decayed: boolean;
  /**
   * Weights that are always updated together, because the same tasks use them and they are in one group, share a class,
   * and so an update count: `untouched: skip`
   * counts updates by weight, and Adam's bias correction is two host-computed numbers per class instead of two per
   * weight.
   */
  readonly class: string;
  /** Tasks of the stage that use the weight. */
  readonly tasks: readonly string[];
  /** Index of its group in the optimizer's groups, from 0. */
  readonly group?: number;
}

/**
 * Another size of a task's graphs, with the same weights, and so the same optimizer state. Omitted fields are those of
 * the stage.
 */
export interface GraphVariant {
  /** Rows per batch. */
  readonly batch?: number;
  /** Lengths of the texts that are compiled shorter than their maximum, by modality. */
  readonly lengths?: TextLengths;
  /** `given`: the values of the frozen prefix are features (`StagePlan.prefix`). */
  readonly prefix?: "given";
  /** `merged`: weights are read as they are, because what `adapt` makes of them has been merged into them. */
  readonly weights?: "merged";
}

export type TextLengths = { readonly [modality: string]: number };

/** The rows of the graphs that decode texts. */
export interface DecodingRows extends Pick<GraphVariant, "weights"> {
  /** The number of examples. */
  readonly batch: number;
  /** The number of texts for each example, 1 by default. */
  readonly copies?: number;
}

/** Key of a variant among those of a task. */
export function variantKey({ batch, lengths = {}, prefix, weights }: GraphVariant = {}): string {
  const texts = Object.entries(lengths).map(([modality, length]) => `${modality} ${length}`);
  return [
    ...(batch === undefined ? [] : [batch]),
    ...texts.toSorted(),
    ...(prefix === undefined ? [] : ["after prefix"]),
    ...(weights === undefined ? [] : ["merged"]),
  ].join(", ");
}

/** One stage, compiled lazily: each graph is elaborated, differentiated and optimised when it is first requested. */
export interface StagePlan {
  readonly stage: ResolvedStage;
  /** Tasks that the stage trains, in order. */
  readonly tasks: readonly string[];
  /** Every weight and state that a task of the stage uses. */
  readonly weights: readonly StageWeight[];
  /**
   * Every scope that works differently in training and in evaluation (dropout, updates of states, blocks that ask for
   * the mode), with its mode in this stage's training.
   */
  readonly modes: ReadonlyMap<string, "train" | "evaluate">;
  /** The tasks of the stage by what an update computes together, in order: those that share the rows of a joint step, and each other task alone. */
  readonly passes: readonly (readonly string[])[];
  /** The tasks of the stage by what is measured together, in order: those of the same data sets. */
  readonly evaluationPasses: readonly (readonly string[])[];
  batchOf(task: string): number;
  /** The rows of a batch in evaluation: fewer where an example has more candidates than in training. */
  evaluationBatchOf(pass: Pass): number;
  /**
   * Length buckets at which all graphs of a pass can be compiled, shortest first; the last is the full length, `{}`.
   */
  buckets(pass: Pass): readonly TextLengths[];
  /** Forward, backward and update of one batch: the fast path. */
  step(pass: Pass, variant?: GraphVariant): Graph;
  /** Losses, predictions and gradients of one batch; next values of states. */
  gradients(pass: Pass, variant?: GraphVariant): Graph;
  /** Losses, and the gradients of each task's loss. */
  taskGradients(pass: Pass, variant?: GraphVariant): Graph;
  /** Losses, and the gradient of each with respect to what the tasks share, where their heads read it. States do not advance. */
  representationGradients(pass: Pass, variant?: GraphVariant): Graph;
  /** Clips and updates the weights that these tasks use, from the inputs `gradient/…`. */
  apply(tasks: readonly string[]): Graph;
  /** Losses and predictions without dropout. */
  evaluate(pass: Pass, variant?: GraphVariant): Graph;
  predict(pass: Pass, variant?: GraphVariant): Graph;
  /**
   * The values that prediction reads instead of weights, by the names of those, as outputs of the role `stream`. The inputs are weights.
   * `undefined` if the task reads all weights as they are.
   */
  adapted?(task: string): Graph | undefined;
  /** The graphs that generate the text of a task with the target `sequence`, a token at a time. */
  decoding(task: string, rows: DecodingRows): DecodingGraphs;
  /** The forward graph of a task with the calls of blocks that emitted it, for a text in another language. */
  blocks(task: string, mode: ForwardGraph["mode"]): SizedGraph;
  /** Graph for inspecting named streams. */
  streams(task: string): StreamGraph;
  /** The tasks for which training computes each named stream once; empty if each task is trained by itself. */
  sharedStreams(): SharedStreams;
  /**
   * The frozen part of the model, as far as its values are the same for an example in every step: a graph from one
   * row's features to the features `frozen.0`, … of
   * the graphs of `prefix: "given"`. `undefined` if this would save no matmul.
   */
  prefix?(pass: Pass, mode: "train" | "evaluate", lengths?: TextLengths): Graph | undefined;
}

/** A task, or several tasks that are computed in one pass over the same rows. */
export type Pass = string | readonly string[];

/** The tasks of a pass. */
export function tasksOf(pass: Pass): readonly string[] {
  return typeof pass === "string" ? [pass] : pass;
}

/** A pass as a key and a name: `kind`, or `kind+size`. */
export function passName(pass: Pass): string {
  return tasksOf(pass).join("+");
}

/**
 * True if each of a stage's updates comes from one batch of one pass by one backward pass, and so from the single graph `step`. A balance whose factors do
 * not follow from gradients is a part of that graph where all tasks share their rows.
 */
export function isFused({ stage, passes }: Pick<StagePlan, "stage" | "passes">): boolean {
  const { step, accumulate, balance, log } = stage;
  if (accumulate !== 1 || balanceNeeds[balance.kind] === "gradients") return false;
  if (balance.kind !== "fixed" && !hasSharedPass(passes)) return false;
  if (step.kind !== "joint") return step.kind === "one_task";
  // The norm of each task's gradient is logged, which one backward pass does not give.
  return step.tasks === undefined && passes.length === 1 && (log !== "gradients" || passes[0]?.length === 1);
}

/**
 * True if the gradients of each task are taken by themselves in updates of several batches: if the factors of the balance follow from them, or from the
 * losses of all batches. Factors that are known before an update weigh the losses of a shared pass; where each task has a pass of its own this would save
 * nothing.
 */
export function keepsTasksApart({ stage: { balance }, passes }: Pick<StagePlan, "stage" | "passes">): boolean {
  if (balance.kind === "fixed") return false;
  return balanceNeeds[balance.kind] !== "earlier_losses" || !hasSharedPass(passes);
}

function hasSharedPass(passes: StagePlan["passes"]): boolean {
  return passes.some(({ length }) => length > 1);
}
