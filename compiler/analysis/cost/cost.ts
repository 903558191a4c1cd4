/**
 * The cost of one part of a specification, or of the whole, computed before any weight is created or any data is read.
 */
export interface Cost {
  /** Numbers in weights. */
  readonly parameters: number;
  /** The part of the parameters that the stage does not train. */
  readonly frozen: number;
  /** The part of the parameters that is in weights which another task reaches too. */
  readonly shared: number;
  /**
   * Floating point operations for one example; a multiply-add counts two, an elementwise result one, moved data none.
   * In training it includes forward, backward, and the example's part of the update and of the passes over candidates.
   */
  readonly flops: number;
  /** Memory of weights and states. */
  readonly weightBytes: number;
  /**
   * Memory of the results that are live at the peak and of the batch itself, for one example in prediction and one step
   * in training.
   */
  readonly activationBytes: number;
  /** Memory of the optimizer's slots. */
  readonly optimizerBytes: number;
}

/**
 * The part that a cost belongs to: a declaration; the update (clipping, the optimizer, and the next values of weights
 * that it writes); or the scoring of candidates by a sampler before a step.
 */
export interface Part {
  readonly kind: "modality" | "stream" | "fusion" | "layer" | "task" | "update" | "candidates";
  readonly name: string;
}

/** `stream seen`, `update`. */
export function partName({ kind, name }: Part): string {
  return kind === name ? kind : `${kind} ${name}`;
}

export type PartCost = Part & Cost;

/** One task's graph: its parts, in the order in which they are computed, add up to the total. */
export interface TaskCost {
  readonly task: string;
  readonly batch: number;
  readonly parts: readonly PartCost[];
  readonly total: Cost;
}

export interface StageCost {
  readonly stage: string;
  /** The task whose turn it is in a stage with `for_each: task`. */
  readonly forTask?: string;
  readonly tasks: readonly TaskCost[];
  /**
   * Patterns of scopes that are in evaluation mode during the task's training, because they are frozen: dropout there
   * costs nothing.
   */
  readonly evaluated: readonly string[];
  /** The tasks that are computed in one pass over the same rows, and what that saves. */
  readonly passes: readonly PassCost[];
  /**
   * A weight counts once, however many tasks use it. Tasks run one after another, so that operations and activations
   * are those of the most expensive one; for a joint step the operations of its passes are added.
   */
  readonly total: Cost;
}

/** A pass of several tasks over the same rows. */
export interface PassCost {
  readonly tasks: readonly string[];
  /** Operations for one example, with what the tasks have in common once. */
  readonly flops: number;
  /** Operations for one example if each task were computed by itself. */
  readonly separateFlops: number;
}

/** The cost of the further versions of weights that a forked stage leaves. */
export interface ForkCost {
  readonly stage: string;
  readonly tasks: number;
  /** Numbers in the versions of weights after their first. */
  readonly parameters: number;
}

export interface ProgramCost {
  /** Distinct weights of all tasks and stages. */
  readonly parameters: number;
  readonly forks?: ForkCost;
  /** Prediction of one example by each task. */
  readonly tasks: readonly TaskCost[];
  /** Training, in the order of the stages. */
  readonly stages: readonly StageCost[];
}

export function memoryOf({ weightBytes, activationBytes, optimizerBytes }: Cost): number {
  return weightBytes + activationBytes + optimizerBytes;
}

export const noCost: Cost = {
  parameters: 0,
  frozen: 0,
  shared: 0,
  flops: 0,
  weightBytes: 0,
  activationBytes: 0,
  optimizerBytes: 0,
};

export function addCosts(left: Cost, right: Partial<Cost>): Cost {
  return {
    parameters: left.parameters + (right.parameters ?? 0),
    frozen: left.frozen + (right.frozen ?? 0),
    shared: left.shared + (right.shared ?? 0),
    flops: left.flops + (right.flops ?? 0),
    weightBytes: left.weightBytes + (right.weightBytes ?? 0),
    activationBytes: left.activationBytes + (right.activationBytes ?? 0),
    optimizerBytes: left.optimizerBytes + (right.optimizerBytes ?? 0),
  };
}
