import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { scoredClasses } from "../data/batch/class-mask.ts";
import type { Data, Split } from "../data/data.ts";
import type { ObservedRow, TargetKind } from "../metrics/metric.ts";
import { type MeasuredBatch, observedRows } from "../metrics/observed-rows.ts";
import { argmax } from "../metrics/rank.ts";
import { ConfusionCounter } from "./confusion-matrix.ts";
import type { TaskEvaluation, WorstExample } from "./evaluation-file.ts";
import { rowLoss } from "./row-loss.ts";
import { type Names, namesOf, type ToldRow, tellRow } from "./told-values.ts";

/** How many of the worst examples are kept. */
const mostExamples = 8;

interface Candidate extends ToldRow {
  /** Position among the rows of the task and split. */
  readonly position: number;
  readonly loss: number;
}

/** What an evaluation shows besides numbers: which classes are mistaken for which, and the examples with the highest loss. */
export class SplitInspection {
  readonly #task: ResolvedTask;
  readonly #split: Split;
  readonly #data: Data;
  readonly #names: Names;
  readonly #confusion: ConfusionCounter | undefined;
  #worst: readonly Candidate[] = [];

  constructor(task: ResolvedTask, split: Split, data: Data, { semantics }: Pick<ResolvedSpecification, "semantics">) {
    this.#task = task;
    this.#split = split;
    this.#data = data;
    this.#names = namesOf(task.name, task.target, data.preprocessing);
    const { target } = task;
    this.#confusion =
      target.kind === "category"
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
    const lossOf = rowLoss[target.kind] as (row: ObservedRow[TargetKind]) => number;
    const tell = tellRow[target.kind] as (row: ObservedRow[TargetKind], names: Names) => ToldRow;
    for (const { place, row, weight } of observedRows(target, batch)) {
      if (target.kind === "category") {
        const { scores, target: actual } = row as ObservedRow["category"];
        this.#confusion?.add(actual, argmax(scores), weight);
      }
      const computed = lossOf(row);
      // A prediction that is no number is the worst there is.
      const loss = Number.isNaN(computed) ? Infinity : computed;
      const found = { position: positions[place] ?? -1, loss };
      const least = this.#worst.at(-1);
      if (least && this.#worst.length === mostExamples && byLoss(found, least) > 0) continue;
      this.#worst = [...this.#worst, { ...found, ...tell(row, this.#names) }].sort(byLoss).slice(0, mostExamples);
    }
  }

  async end(): Promise<Pick<TaskEvaluation, "task" | "split" | "confusion" | "worst">> {
    const worst: WorstExample[] = [];
    for (const { position, loss, target, prediction } of this.#worst) {
      const source = await this.#data.source({ task: this.#task.name, split: this.#split, row: position });
      worst.push({ ...source, target, prediction, loss: Number.isFinite(loss) ? loss : null });
    }
    return { task: this.#task.name, split: this.#split, confusion: this.#confusion?.matrix() ?? null, worst };
  }
}

/** The worst first, and of equal ones the first in the split, in whatever order they are seen. */
function byLoss(left: Pick<Candidate, "position" | "loss">, right: Pick<Candidate, "position" | "loss">): number {
  return left.loss === right.loss ? left.position - right.position : right.loss - left.loss;
}
