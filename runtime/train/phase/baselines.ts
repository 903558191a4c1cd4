import type { TargetOutput } from "../../../compiler/targets/target.ts";
import { readModalities, targetOf } from "../../../compiler/targets/index.ts";
import { taskTarget } from "../../../compiler/targets/task-target.ts";
import { measuresOf } from "../../../compiler/schema/selected-measures.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { Batch, Data } from "../../data/data.ts";
import { scoredClasses } from "../../data/batch/class-mask.ts";
import { measuredTargets } from "../../evaluation/measured-targets.ts";
import { metrics } from "../../metrics/index.ts";
import { Measurement } from "../../metrics/measurement.ts";
import type { MeasuredBatch } from "../../metrics/measured-batch.ts";
import { observedRows } from "../../metrics/observed-rows.ts";
import { runtimeTargetOf } from "../../targets/index.ts";
import { type Scale, scaleOf } from "../../targets/number-scale.ts";
import { namesOf } from "../../evaluation/names-of.ts";
import { onceForTask } from "../../evaluation/once-for-task.ts";
import { constantPrediction } from "../../evaluation/constant-prediction.ts";
import { measureKey } from "./selection.ts";

/**
 * The baseline of each measure on the validation rows, by `measureKey`: its value for the best constant prediction,
 * which is computed from the training rows. It is NaN if the measure is not defined on these rows, whatever a model
 * predicts.
 */
export type Baselines = ReadonlyMap<string, number>;

export interface BaselineSettings {
  readonly tasks: readonly ResolvedTask[];
  readonly specification: ResolvedSpecification;
  readonly data: Data;
}

const atOnce = 32;

/**
 * The baselines of every task with validation rows. Runs no graph, and reads of inputs only the texts of which tokens
 * are hidden.
 */
export async function baselinesOf({ tasks, specification, data }: BaselineSettings): Promise<Baselines> {
  const found = await Promise.all(
    tasks
      .filter(({ name }) => data.rows(name, "validation") > 0)
      .map((task) => baselinesOfTask(task, data, specification)),
  );
  return new Map(found.flat());
}

/** A task that several stages train has the same baselines in all of them. */
const baselinesOfTask = onceForTask(measureBaselines);

async function measureBaselines(
  task: ResolvedTask,
  data: Data,
  specification: ResolvedSpecification,
): Promise<readonly (readonly [string, number])[]> {
  const { target, features, outputs } = taskTarget(task, specification);
  const floor = await constantPrediction(task, data, specification);
  const classes = {
    names: data.preprocessing.classes[task.name] ?? [],
    scored: scoredClasses(specification, task, data.preprocessing),
    textOf: namesOf(task.name, task.target, data.preprocessing).textOf,
  };
  const [ofFloor, ofTargets] = [new Measurement(task, classes), new Measurement(task, classes)];
  const loss = new ConstantLoss(task, scaleOf(task.name, data.preprocessing));
  const modalities = readModalities(task.target);
  for await (const batch of batchesOf(task, modalities, data)) {
    const targets = measuredTargets(features, batch);
    const measured = {
      targets,
      rowWeight: batch.weights ?? batch.rowWeight,
      predictions: floor(batch.rowWeight.length),
      ...(target.classes ? { classes: classes.scored } : {}),
    };
    ofFloor.add(measured);
    loss.add(measured);
    if (target.numbers) ofTargets.add({ ...measured, predictions: rightPredictions(outputs, targets) });
  }
  const best = new Map(ofTargets.values().map(({ name, value }) => [name, value]));
  const values = new Map(ofFloor.values().map(({ name, value }) => [name, value]));
  return measuresOf(task).map((measure) => {
    if (measure.kind === "loss") return [measureKey(measure), loss.value()] as const;
    const value = values.get(measure.name) ?? Number.NaN;
    // A correlation with a constant is 0 by definition, where a correlation is defined at all.
    const { ofConstant } = metrics[measure.kind];
    return [
      measureKey(measure),
      ofConstant === undefined || Number.isNaN(best.get(measure.name)) ? value : ofConstant,
    ] as const;
  });
}

/** The predictions of a model that makes no mistake: the numbers of the data. */
function rightPredictions(
  outputs: readonly TargetOutput[],
  targets: MeasuredBatch["targets"],
): MeasuredBatch["predictions"] {
  const values = [...targets.values()];
  return new Map(outputs.flatMap(({ name }, index) => (values[index] ? [[name, values[index]] as const] : [])));
}

async function* batchesOf(task: ResolvedTask, modalities: readonly string[], data: Data): AsyncGenerator<Batch> {
  const rows = data.rows(task.name, "validation");
  for (let start = 0; start < rows; start += atOnce) {
    const size = Math.min(atOnce, rows - start);
    yield await data.batch({
      task: task.name,
      split: "validation",
      size,
      rows: Array.from({ length: size }, (_, row) => start + row),
      modalities,
    });
  }
}

/**
 * The default loss of the target; NaN for one that compares the rows of a batch, which depends on the batch. It is on the scale that the model learns. The task's own loss is not used, because it may
 * have terms that depend on weights.
 */
class ConstantLoss {
  readonly #task: ResolvedTask;
  readonly #scale: Scale;
  #sum = 0;
  #weight = 0;

  constructor(task: ResolvedTask, scale: Scale) {
    this.#task = task;
    this.#scale = scale;
  }

  add(batch: MeasuredBatch): void {
    const { target } = this.#task;
    const { loss } = runtimeTargetOf(target);
    for (const { row, weight } of observedRows(target, batch)) {
      this.#sum += weight * loss(row, this.#scale);
      this.#weight += weight;
    }
  }

  value(): number {
    if (targetOf(this.#task.target).comparesRows) return Number.NaN;
    const loss = (this.#task.weight * this.#sum) / this.#weight;
    return runtimeTargetOf(this.#task.target).learntLoss?.(loss, this.#scale) ?? loss;
  }
}
