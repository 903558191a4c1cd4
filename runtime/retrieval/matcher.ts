import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Preprocessing, RawExample } from "../data/data.ts";
import type { Engine } from "../engines/engine.ts";
import type { ExampleNotes } from "../model/pass-predictor.ts";
import type { TrainedWeights } from "../model/trained-weights.ts";

export interface MatcherSettings {
  readonly specification: ResolvedSpecification;
  readonly preprocessing: Preprocessing;
  /** The folder that file names in examples are relative to. */
  readonly folder: string;
  readonly engine: Engine;
  readonly weights: TrainedWeights;
  /** A plan that has the task. */
  readonly plan: StagePlan;
  readonly task: ResolvedTask;
}

/** One side of a pair: queries or candidates. */
export interface MatchedSide<Prepared> {
  /** The task with the inputs that examples of this side need. */
  readonly task: ResolvedTask;
  /** Computes what does not depend on the other side; `undefined` for an example that is reported to `onUnusable`. */
  readonly prepare: (
    examples: readonly RawExample[],
    notes: ExampleNotes,
  ) => Promise<readonly (Prepared | undefined)[]>;
}

/** Scores pairs of a query and a candidate by a trained task. The higher a score, the better the two go together. */
export interface Matcher<Query, Candidate> {
  readonly query: MatchedSide<Query>;
  readonly candidate: MatchedSide<Candidate>;
  readonly scores: (query: Query, candidates: readonly Candidate[]) => Promise<Float32Array>;
}

/** A task as if it read some of its modalities only. */
export function readingOnly(task: ResolvedTask, reads: (modality: string) => boolean): ResolvedTask {
  return { ...task, inputs: task.inputs.filter(({ modality }) => reads(modality)) };
}
