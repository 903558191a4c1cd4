import type { GraphVariant } from "../../../compiler/stage/plan.ts";
import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { Batch } from "../../data/data.ts";
import type { BoundExecutable } from "../step/bound-executable.ts";
import { predictionsOf } from "../../evaluation/evaluate-split.ts";
import { runtimeTargetOf } from "../../targets/index.ts";
import type { PredictionEntropy } from "../../targets/runtime-target.ts";
import { type RowEntropies, entropiesOf } from "../samplers/entropies.ts";
import type { ScoredPool } from "../samplers/sampler.ts";

/** A batch of the rows of a pool. */
export interface PoolBatch {
  readonly rows: readonly number[];
  /** The size and text lengths of the batch's graph. */
  readonly variant: GraphVariant;
  readonly batch: Batch;
}

/** The rows of a task's training split among which a sampler chooses those of the next update, in batches. */
export interface Pool {
  readonly task: ResolvedTask;
  readonly rows: readonly number[];
  readonly batches: readonly PoolBatch[];
}

/** Returns the executable that predicts a task; its graph has neither targets nor dropout. */
export type Predictor = (task: string, variant: GraphVariant) => Promise<BoundExecutable>;

/**
 * Scores each pool by the entropies of the current model's predictions. A task whose predictions have no entropy has no
 * score.
 */
export async function scorePools(pools: readonly Pool[], predictor: Predictor): Promise<readonly ScoredPool[]> {
  const scored: ScoredPool[] = [];
  for (const each of pools) {
    const rows = weightedRows(each);
    const { name: task, target } = each.task;
    const { entropy } = runtimeTargetOf(target);
    scored.push({
      task,
      count: rows.length,
      ...(entropy ? { entropies: await scoreRows(each, entropy, rows, predictor) } : {}),
    });
  }
  return scored;
}

async function scoreRows(
  { task, batches }: Pool,
  entropy: PredictionEntropy,
  wanted: readonly number[],
  predictor: Predictor,
): Promise<RowEntropies> {
  const values = new Map<number, number>();
  let most = 0;
  for (const { rows, variant, batch } of batches) {
    const executable = await predictor(task.name, variant);
    const logits = predictionsOf(await executable.run({ batch })).get(entropy.output);
    if (!(logits instanceof Float32Array)) throw new Error(`the graph of ${task.name} gives no ${entropy.output}`);
    const entropies = entropiesOf(entropy, logits, {
      rows: [...rows.keys()],
      classes: logits.length / batch.rowWeight.length,
      ...(batch.classMask ? { known: batch.classMask.reduce((sum, each) => sum + each, 0) } : {}),
    });
    for (const [index, row] of rows.entries()) values.set(row, entropies.values[index] ?? Number.NaN);
    most = entropies.most;
  }
  return { values: wanted.map((row) => values.get(row) ?? Number.NaN), most };
}

/**
 * The rows of a pool that have a weight above 0, in their order: a row that does not count in the loss is not a
 * candidate.
 */
export function weightedRows({ rows, batches }: Pick<Pool, "rows" | "batches">): readonly number[] {
  const weighted = new Set(
    batches.flatMap(({ rows: own, batch }) => own.filter((_, index) => batch.rowWeight[index] !== 0)),
  );
  return rows.filter((row) => weighted.has(row));
}
