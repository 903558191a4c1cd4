import { predictionNames } from "../../../compiler/features/features.ts";
import type { GraphVariant } from "../../../compiler/stage/plan.ts";
import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { Batch } from "../../data/data.ts";
import type { BoundExecutable } from "../step/bound-executable.ts";
import { predictionsOf } from "../../evaluation/evaluate-split.ts";
import { type ClassTarget, type RowEntropies, entropiesOf } from "../samplers/entropies.ts";
import type { CandidatesOfTask } from "../samplers/sampler.ts";

/** Some candidates of a task, read to be looked at. */
export interface CandidateBatch {
  readonly rows: readonly number[];
  /** The size of the graph that takes it. */
  readonly variant: GraphVariant;
  readonly batch: Batch;
}

/** Rows of a task's training split that could train next, and the batches that have them. */
export interface Candidates {
  readonly task: ResolvedTask;
  readonly rows: readonly number[];
  readonly batches: readonly CandidateBatch[];
}

/** Gives the graph that predicts: it has neither targets nor dropout. */
export type Predictor = (task: string, variant: GraphVariant) => Promise<BoundExecutable>;

/** What the model, as it is now, says of candidates. Of a task without classes nothing is computed. */
export async function scoreCandidates(
  candidates: readonly Candidates[],
  predictor: Predictor,
): Promise<readonly CandidatesOfTask[]> {
  const scored: CandidatesOfTask[] = [];
  for (const each of candidates) {
    const rows = weightedRows(each);
    const { name: task, target } = each.task;
    scored.push({
      task,
      count: rows.length,
      ...("classes" in target ? { entropies: await scoreRows(each, target, rows, predictor) } : {}),
    });
  }
  return scored;
}

async function scoreRows(
  { task, batches }: Candidates,
  target: ClassTarget,
  wanted: readonly number[],
  predictor: Predictor,
): Promise<RowEntropies> {
  const values = new Map<number, number>();
  let most = 0;
  for (const { rows, variant, batch } of batches) {
    const executable = await predictor(task.name, variant);
    const logits = predictionsOf(await executable.run({ batch })).get(predictionNames[target.kind]);
    if (!(logits instanceof Float32Array))
      throw new Error(`the graph of ${task.name} gives no ${predictionNames[target.kind]}`);
    const entropies = entropiesOf(target, logits, {
      rows: [...rows.keys()],
      classes: logits.length / batch.rowWeight.length,
      ...(batch.classMask ? { known: batch.classMask.reduce((sum, each) => sum + each, 0) } : {}),
    });
    for (const [place, row] of rows.entries()) values.set(row, entropies.values[place] ?? Number.NaN);
    most = entropies.most;
  }
  return { values: wanted.map((row) => values.get(row) ?? Number.NaN), most };
}

/** Candidates, in the order of their rows, but for those of weight 0: a row that counts for nothing is none. */
export function weightedRows({ rows, batches }: Pick<Candidates, "rows" | "batches">): readonly number[] {
  const weighted = new Set(
    batches.flatMap(({ rows: own, batch }) => own.filter((_, place) => batch.rowWeight[place] !== 0)),
  );
  return rows.filter((row) => weighted.has(row));
}
