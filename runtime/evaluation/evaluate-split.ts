import type { Target } from "../../compiler/targets/target.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import { type Scale, inUnit, scaleOf } from "../targets/number-scale.ts";
import { measuredTargets } from "./measured-targets.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { type Rules, rulesOf } from "../../compiler/semantics.ts";
import { scoredClasses } from "../data/batch/class-mask.ts";
import type { Data, Split } from "../data/data.ts";
import type { TensorData } from "../engines/engine.ts";
import type { SplitInspection } from "./split-inspection.ts";
import { Measurement } from "../metrics/measurement.ts";
import type { MeasuredBatch } from "../metrics/measured-batch.ts";
import type { TextLengths } from "../../compiler/stage/plan.ts";
import type { BoundExecutable } from "../train/step/bound-executable.ts";
import type { ConstantPrediction } from "./constant-prediction.ts";
import { type LengthBuckets, batchesOfAll, lengthsOf } from "../train/supply/length-buckets.ts";
import { weightInMean } from "../train/step/weight-in-mean.ts";

export interface MeasuredValue {
  readonly task: string;
  readonly split: Split;
  /** `loss`, or as `metricName`. */
  readonly name: string;
  /** NaN where the metric is not defined on these rows. */
  readonly value: number;
  /**
   * The value of a constant prediction: always the most frequent class, or the mean. Absent if it was not requested.
   */
  readonly floor?: number;
  /**
   * The value by the best checkpoint of the last phase that trained the task, if a later phase has changed the weights.
   * The difference shows how much was forgotten.
   */
  readonly own?: { readonly stage: string; readonly value: number };
}

export interface EvaluatedTask {
  readonly task: ResolvedTask;
  readonly split: Split;
  readonly data: Data;
  /** The task's `evaluate` graph for texts of these lengths. */
  readonly executableOf: (lengths: TextLengths) => Promise<BoundExecutable>;
  readonly batch: number;
  readonly specification: Pick<ResolvedSpecification, "semantics" | "modalities">;
  /** The length buckets of the split, if the graph has several lengths. */
  readonly buckets?: LengthBuckets | undefined;
  /** A baseline that is measured on the same rows as the model. */
  readonly floor?: ConstantPrediction;
  /** An inspection that receives every row too. */
  readonly inspection?: SplitInspection;
}

/**
 * Computes the loss and metrics of one task over a whole split, one batch at a time. A split without rows has no
 * values.
 */
export async function evaluateSplit({
  task,
  split,
  data,
  executableOf,
  batch: size,
  specification,
  buckets,
  floor,
  inspection,
}: EvaluatedTask): Promise<readonly MeasuredValue[]> {
  const rows = data.rows(task.name, split);
  if (rows === 0) return [];
  const { target, features } = taskTarget(task, specification);
  const scale = scaleOf(task.name, data.preprocessing);
  const classes = {
    names: data.preprocessing.classes[task.name] ?? [],
    scored: scoredClasses(specification, task, data.preprocessing),
    topKTies: rulesOf(specification).topKTies,
  };
  const measurement = new Measurement(task, classes);
  const ofFloor = new Measurement(task, classes);
  const loss = new MeanLoss(rulesOf(specification).weightedMean);
  for (const own of batchesOfAll({ rows, window: data.window?.(task.name) }, buckets, size)) {
    const lengths = lengthsOf(buckets, own);
    const [executable, batch] = [
      await executableOf(lengths),
      await data.batch({ task: task.name, split, size, rows: own, lengths }),
    ];
    const outputs = await executable.run({ batch });
    loss.add(outputs.get("loss")?.[0] ?? Number.NaN, batch.rowWeight);
    const measured = {
      targets: measuredTargets(features, batch),
      rowWeight: batch.weights ?? batch.rowWeight,
      predictions: measuredPredictions(predictionsOf(outputs), target, scale),
      ...(target.classes ? { classes: classes.scored } : {}),
    };
    measurement.add(measured);
    inspection?.add(measured, own);
    if (floor) ofFloor.add({ ...measured, predictions: floor(size) });
  }
  const floors = ofFloor.values();
  const measured = measurement
    .values()
    .map((each, index) => ({ ...each, ...(floor ? { floor: floors[index]?.value ?? Number.NaN } : {}) }));
  return [{ name: "loss", value: loss.value() }, ...measured].map((each) => ({ task: task.name, split, ...each }));
}

export function predictionsOf(outputs: ReadonlyMap<string, TensorData>): ReadonlyMap<string, TensorData> {
  const prefix = "prediction/";
  return new Map(
    [...outputs]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}

/** Numbers in the unit of the data. */
function measuredPredictions(
  predictions: ReadonlyMap<string, TensorData>,
  { numbers }: Target,
  scale: Scale,
): MeasuredBatch["predictions"] {
  if (!numbers) return predictions;
  return new Map(
    [...predictions].map(([name, values]) => [name, values instanceof Float32Array ? inUnit(values, scale) : values]),
  );
}

/**
 * The loss over all rows, computed from the losses of batches, which are weighted means over their rows; 0 if all
 * weights are 0.
 */
class MeanLoss {
  readonly #rule: Rules["weightedMean"];
  #sum = 0;
  #weight = 0;

  constructor(rule: Rules["weightedMean"]) {
    this.#rule = rule;
  }

  add(loss: number, rowWeight: Float32Array): void {
    const weight = rowWeight.reduce((sum, each) => sum + each, 0);
    this.#sum += loss * weightInMean(weight, this.#rule);
    this.#weight += weight;
  }

  value(): number {
    const weight = weightInMean(this.#weight, this.#rule);
    return weight === 0 ? 0 : this.#sum / weight;
  }
}
