import { predictionNames } from "../../compiler/features.ts";
import type { GraphVariant } from "../../compiler/plan.ts";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Batch } from "../data/data.ts";
import type { BoundStep } from "./bound-step.ts";
import { predictionsOf } from "./evaluate-split.ts";
import { entropiesOf } from "./samplers/entropies.ts";
import type { CandidatesOfTask } from "./samplers/sampler.ts";

/** Rows of a task that have been read to be looked at. */
export interface Candidates {
  readonly task: ResolvedTask;
  readonly batch: Batch;
}

/** Gives the graph that predicts: it has neither targets nor dropout. */
export type Predictor = (task: string, variant: GraphVariant) => Promise<BoundStep>;

/** What the model, as it is now, says of candidates. Of a task without classes nothing is computed. */
export async function scoreCandidates(candidates: readonly Candidates[], predictor: Predictor): Promise<readonly CandidatesOfTask[]> {
  const scored: CandidatesOfTask[] = [];
  for (const { task: { name: task, target }, batch } of candidates) {
    const rows = weightedRows(batch);
    if (!("classes" in target)) {
      scored.push({ task, count: rows.length });
      continue;
    }
    const size = batch.rowWeight.length;
    const step = await predictor(task, { batch: size });
    const logits = predictionsOf(await step.run({ batch })).get(predictionNames[target.kind]);
    if (!(logits instanceof Float32Array)) throw new Error(`the graph of ${task} gives no ${predictionNames[target.kind]}`);
    scored.push({ task, count: rows.length, entropies: entropiesOf(target, logits, { rows, classes: logits.length / size }) });
  }
  return scored;
}

/** Places in a batch that are neither padding nor of weight 0: a row that counts for nothing is no candidate. */
export function weightedRows({ rowWeight }: Batch): readonly number[] {
  return [...rowWeight.keys()].filter((row) => rowWeight[row] !== 0);
}
