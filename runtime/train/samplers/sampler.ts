import type { ResolvedSampler } from "../../../compiler/schema/resolved.ts";
import type { RowEntropies } from "./entropies.ts";

/** A task as a sampler sees it. */
export interface SampledTask {
  readonly name: string;
  /** Rows of its training split. */
  readonly rows: number;
  /** Draws that one pass over its rows takes. */
  readonly steps: number;
}

export interface SamplerSettings<Kind extends ResolvedSampler["kind"] = ResolvedSampler["kind"]> {
  readonly options: Extract<ResolvedSampler, { kind: Kind }>;
  /** In the order of the stage; the order fixes the stream of draws. */
  readonly tasks: readonly SampledTask[];
  /** Uniform in [0, 1). The trainer's generator is counter-based: its position is all the random state that a sampler has. */
  readonly random: () => number;
  /** Draws of the stage. */
  readonly total: number;
}

export interface SamplerContext {
  /** Draws of the stage so far: steps, but where a step has several. */
  readonly step: number;
}

/** What happened to a task, for samplers that react to it. A metric that is NaN or missing is never an improvement. */
export type SamplerEvent =
  | { readonly kind: "step"; readonly task: string; readonly loss: number }
  | { readonly kind: "validation"; readonly task: string; readonly metric: number };

/** What a sampler tells of a task, for people to look at. */
export interface SamplerStatus {
  readonly task: string;
  /** `stopped`, 0 or 1. */
  readonly name: string;
  readonly value: number;
}

/** Plain JSON. */
export type SamplerState = { readonly [key: string]: number | readonly number[] };

/** After `restore(state())`, with the generator at the same position, it goes on exactly as before. */
interface Resumable {
  observe(event: SamplerEvent): void;
  /** What it holds of the tasks that changes in training; logged after each validation, as `sampler/NAME`. */
  status?(): readonly SamplerStatus[];
  state(): SamplerState;
  restore(state: SamplerState): void;
}

/** Chooses the task of each draw. */
export interface Sampler extends Resumable {
  next(context: SamplerContext): string;
}

/** Rows of a task that could train next. */
export interface CandidatesOfTask {
  readonly task: string;
  readonly count: number;
  /** What the model's predictions of them say; of a task that predicts no classes nothing. */
  readonly entropies?: RowEntropies;
}

/** Chooses the rows of each update among candidates, by what the model says of them. */
export interface RowSampler extends Resumable {
  /** Rows of each task that it is asked about. */
  readonly candidates: number;
  /** Positions in the list of all tasks' candidates; at most `count`. */
  select(tasks: readonly CandidatesOfTask[], count: number): readonly number[];
}

/** For samplers that stand over another one. */
export type OpenSampler = (settings: SamplerSettings) => Sampler;
