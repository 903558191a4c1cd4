import { maskedTextOf, targetName } from "../../../compiler/features/features.ts";
import { measuresOf } from "../../../compiler/schema/selected-measures.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { Batch, Data } from "../../data/data.ts";
import { scoredClasses } from "../../data/batch/class-mask.ts";
import { numberScale } from "../../data/targets/number-scale.ts";
import { rowLoss } from "../../evaluation/row-loss.ts";
import { metrics } from "../../metrics/index.ts";
import { Measurement } from "../../metrics/measurement.ts";
import type { ObservedRow, TargetKind } from "../../metrics/metric.ts";
import { type MeasuredBatch, observedRows } from "../../metrics/observed-rows.ts";
import { constantPrediction } from "../../evaluation/constant-prediction.ts";
import { measureKey } from "./selection.ts";

/**
 * What always saying the same gets of a measure on the validation rows, by `measureKey`: what the training rows say, as the floors of results. NaN
 * where the measure is not defined on these rows, whatever a model predicts.
 */
export type Baselines = ReadonlyMap<string, number>;

export interface BaselineSettings {
  readonly tasks: readonly ResolvedTask[];
  readonly specification: ResolvedSpecification;
  readonly data: Data;
}

const atOnce = 32;

/** Of every task with validation rows. Runs no graph, and reads of inputs only the texts of which tokens are hidden. */
export async function baselinesOf({ tasks, specification, data }: BaselineSettings): Promise<Baselines> {
  const found = await Promise.all(
    tasks
      .filter(({ name }) => data.rows(name, "validation") > 0)
      .map((task) => baselinesOfTask(task, specification, data)),
  );
  return new Map(found.flat());
}

async function baselinesOfTask(
  task: ResolvedTask,
  specification: ResolvedSpecification,
  data: Data,
): Promise<readonly (readonly [string, number])[]> {
  const floor = await constantPrediction(task, data, specification.modalities);
  const classes = {
    names: data.preprocessing.classes[task.name] ?? [],
    scored: scoredClasses(specification, task, data.preprocessing),
  };
  const [ofFloor, ofTargets] = [new Measurement(task, classes), new Measurement(task, classes)];
  const loss = new ConstantLoss(task, numberScale(task.name, data.preprocessing).deviation);
  for await (const batch of batchesOf(task, specification.modalities, data)) {
    const target = batch.numbers ?? batch.features.get(targetName(task.name));
    if (!target) throw new Error(`the data has no target of ${task.name}`);
    const measured = {
      target,
      rowWeight: batch.weights ?? batch.rowWeight,
      predictions: floor(batch.rowWeight.length),
      ...("classes" in task.target ? { classes: classes.scored } : {}),
    };
    ofFloor.add(measured);
    loss.add(measured);
    if (task.target.kind === "number") ofTargets.add({ ...measured, predictions: new Map([["value", target]]) });
  }
  const best = new Map(ofTargets.values().map(({ name, value }) => [name, value]));
  const values = new Map(ofFloor.values().map(({ name, value }) => [name, value]));
  return measuresOf(task).map((measure) => {
    if (measure.kind === "loss") return [measureKey(measure), loss.value()] as const;
    const value = values.get(measure.name) ?? Number.NaN;
    // Nothing correlates with a constant, where there is anything to correlate with.
    const { ofConstant } = metrics[measure.kind];
    return [
      measureKey(measure),
      ofConstant === undefined || Number.isNaN(best.get(measure.name)) ? value : ofConstant,
    ] as const;
  });
}

async function* batchesOf(
  task: ResolvedTask,
  modalities: ResolvedSpecification["modalities"],
  data: Data,
): AsyncGenerator<Batch> {
  const masked = maskedTextOf(task.target, (name) => modalities[name]);
  const rows = data.rows(task.name, "validation");
  for (let start = 0; start < rows; start += atOnce) {
    const size = Math.min(atOnce, rows - start);
    yield await data.batch({
      task: task.name,
      split: "validation",
      size,
      rows: Array.from({ length: size }, (_, row) => start + row),
      modalities: masked ? [masked.target.modality] : [],
    });
  }
}

/** The default loss of the target, on the scale that the model learns: a task's own may have terms of weights, which say nothing of a constant. */
class ConstantLoss {
  readonly #task: ResolvedTask;
  readonly #deviation: number;
  #sum = 0;
  #weight = 0;

  constructor(task: ResolvedTask, deviation: number) {
    this.#task = task;
    this.#deviation = deviation;
  }

  add(batch: MeasuredBatch): void {
    const { target } = this.#task;
    const lossOf = rowLoss[target.kind] as (row: ObservedRow[TargetKind]) => number;
    for (const { row, weight } of observedRows(target, batch)) {
      this.#sum += weight * lossOf(row);
      this.#weight += weight;
    }
  }

  value(): number {
    return (this.#task.weight * this.#sum) / this.#weight / this.#deviation ** 2;
  }
}
