import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { scoredClasses } from "../data/batch/class-mask.ts";
import type { Data, Split } from "../data/data.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { MeasuredBatch } from "../metrics/measured-batch.ts";
import { observedRows } from "../metrics/observed-rows.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import { type Scale, scaleOf } from "../targets/number-scale.ts";
import type { Names, ReadableRow } from "../targets/runtime-target.ts";
import { ConfusionCounter } from "./confusion-matrix.ts";
import type { TaskEvaluation, WorstExample } from "./evaluation-file.ts";
import { namesOf } from "./names-of.ts";

/** The number of worst examples that are kept. */
const mostExamples = 8;

interface Candidate extends ReadableRow {
  /** Position among the rows of the task and split. */
  readonly position: number;
  readonly loss: number;
}

/** The part of an evaluation that is not numbers: the confusion of classes, and the examples with the highest loss. */
export class SplitInspection {
  readonly #task: ResolvedTask;
  readonly #split: Split;
  readonly #data: Data;
  readonly #names: Names;
  readonly #scale: Scale;
  readonly #confusion: ConfusionCounter | undefined;
  #worst: readonly Candidate[] = [];
  #best: readonly Candidate[] = [];

  constructor(task: ResolvedTask, split: Split, data: Data, { semantics }: Pick<ResolvedSpecification, "semantics">) {
    this.#task = task;
    this.#split = split;
    this.#data = data;
    this.#names = namesOf(task.name, task.target, data.preprocessing);
    this.#scale = scaleOf(task.name, data.preprocessing);
    this.#confusion = runtimeTargetOf(task.target).confusion
      ? new ConfusionCounter(
          Array.from({ length: scoredClasses({ semantics }, task, data.preprocessing) }, (_, of) =>
            this.#names.classOf(of),
          ),
        )
      : undefined;
  }

  /** A batch of the rows at these positions of the split. */
  add(batch: MeasuredBatch, positions: readonly number[]): void {
    const { target } = this.#task;
    const { confusion, loss: lossOf, readable } = runtimeTargetOf(target);
    const { placesInPicture } = targetOf(target);
    for (const { index, row, weight } of observedRows(target, batch)) {
      const pair = confusion?.(row);
      if (pair) this.#confusion?.add(pair.actual, pair.predicted, weight);
      const computed = lossOf(row, this.#scale);
      // A prediction that is no number is the worst there is.
      const loss = Number.isNaN(computed) ? Infinity : computed;
      const found = { position: positions[index] ?? -1, loss };
      const read = (): Candidate => ({ ...found, ...readable(row, this.#names) });
      this.#worst = withExample(this.#worst, found, read, byLoss);
      if (placesInPicture) this.#best = withExample(this.#best, found, read, byRisingLoss);
    }
  }

  async end(): Promise<Pick<TaskEvaluation, "task" | "split" | "confusion" | "worst" | "best">> {
    return {
      task: this.#task.name,
      split: this.#split,
      confusion: this.#confusion?.matrix() ?? null,
      worst: await this.#withSources(this.#worst),
      ...(this.#best.length > 0 ? { best: await this.#withSources(this.#best) } : {}),
    };
  }

  async #withSources(candidates: readonly Candidate[]): Promise<readonly WorstExample[]> {
    const examples: WorstExample[] = [];
    for (const { position, loss, target, prediction } of candidates) {
      const source = await this.#data.source({ task: this.#task.name, split: this.#split, row: position });
      examples.push({ ...source, target, prediction, loss: Number.isFinite(loss) ? loss : null });
    }
    return examples;
  }
}

type Found = Pick<Candidate, "position" | "loss">;

/** The first examples in an order, with a further one if it is among them. */
function withExample(
  known: readonly Candidate[],
  found: Found,
  read: () => Candidate,
  order: (left: Found, right: Found) => number,
): readonly Candidate[] {
  const least = known.at(-1);
  if (least && known.length === mostExamples && order(found, least) > 0) return known;
  return [...known, read()].sort(order).slice(0, mostExamples);
}

function byRisingLoss(left: Found, right: Found): number {
  return left.loss === right.loss ? left.position - right.position : left.loss - right.loss;
}

/**
 * Sorts by falling loss, and equal losses by position in the split, so that the result does not depend on the order of
 * visiting.
 */
function byLoss(left: Found, right: Found): number {
  return left.loss === right.loss ? left.position - right.position : right.loss - left.loss;
}
