import type { ResolvedSampler } from "../../../compiler/schema/resolved.ts";
import type { RowEntropies } from "./entropies.ts";

/** A task as a sampler sees it. */
export interface SampledTask {
  readonly name: string;
  /** Rows of its training split. */
  readonly rows: number;
  /** The number of draws in one pass over its rows. */
  readonly steps: number;
}

export interface SamplerSettings<Kind extends ResolvedSampler["kind"] = ResolvedSampler["kind"]> {
  readonly options: Extract<ResolvedSampler, { kind: Kind }>;
  /** The tasks in the order of the stage, which fixes the stream of draws. */
  readonly tasks: readonly SampledTask[];
  /**
   * Uniform in [0, 1). The trainer's generator is counter-based: its position is all the random state that a sampler
   * has.
   */
  readonly random: () => number;
  /** Draws of the stage. */
  readonly total: number;
}

export interface SamplerContext {
  /** Draws of the stage so far: steps, but where a step has several. */
  readonly step: number;
}

/** An event of a task, for samplers that react to it. A metric that is NaN or missing is never an improvement. */
export type SamplerEvent =
  | { readonly kind: "step"; readonly task: string; readonly loss: number }
  | { readonly kind: "validation"; readonly task: string; readonly metric: number };

/** The state of a task in a sampler, for display. */
export interface SamplerStatus {
  readonly task: string;
  /** `stopped`, 0 or 1. */
  readonly name: string;
  readonly value: number;
}

/** Plain JSON. */
export type SamplerState = { readonly [key: string]: number | readonly number[] };

/** After `restore(state())`, with the generator at the same position, it continues exactly as before. */
interface Resumable {
  observe(event: SamplerEvent): void;
  /** The state of its tasks, as far as it changes in training; logged after each validation, as `sampler/NAME`. */
  status?(): readonly SamplerStatus[];
  state(): SamplerState;
  restore(state: SamplerState): void;
}

/** Chooses the task of each draw. */
export interface Sampler extends Resumable {
  next(context: SamplerContext): string;
}

/** The rows of a task among which a row sampler chooses, with the model's predictions for them. */
export interface ScoredPool {
  readonly task: string;
  /** Number of rows in the pool. */
  readonly count: number;
  /** The entropies of the model's predictions for these rows; absent if the task predicts no classes. */
  readonly entropies?: RowEntropies;
}

/** Chooses the rows of each update from pools of candidates, by the model's predictions for them. */
export interface RowSampler extends Resumable {
  /** Number of rows in the pool of each task. */
  readonly candidates: number;
  /** Returns at most `count` indices into the concatenated pools of all tasks. */
  select(pools: readonly ScoredPool[], count: number): readonly number[];
}

/** Opens the sampler that another one wraps. */
export type OpenSampler = (settings: SamplerSettings) => Sampler;
