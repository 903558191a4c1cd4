import type { Target } from "../../compiler/targets/target.ts";
import { type TaskTarget, taskTarget } from "../../compiler/targets/task-target.ts";
import { roleName } from "../../compiler/graph/graph.ts";
import { type Scale, inUnit, scaleOf } from "../targets/number-scale.ts";
import { measuredTargets } from "./measured-targets.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { type Rules, rulesOf } from "../../compiler/semantics.ts";
import { scoredClasses } from "../data/batch/class-mask.ts";
import type { Batch, Data, Split } from "../data/data.ts";
import { rowsOfPass, windowOfPass } from "../data/pass-rows.ts";
import type { TensorData } from "../engines/engine.ts";
import type { SplitInspection } from "./split-inspection.ts";
import { type Generation } from "../decode/generate-texts.ts";
import { generatedIds } from "../targets/sequence.ts";
import { generatedRows } from "./generated-rows.ts";
import { namesOf } from "./names-of.ts";
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

/** Tasks that are measured together, on the rows of a split that at least one of them has. */
export interface EvaluatedPass {
  readonly tasks: readonly ResolvedTask[];
  readonly split: Split;
  readonly data: Data;
  /** The `evaluate` graph of the tasks for texts of these lengths. */
  readonly executableOf: (lengths: TextLengths) => Promise<BoundExecutable>;
  readonly batch: number;
  readonly specification: Pick<ResolvedSpecification, "semantics" | "modalities">;
  /** The length buckets of the split, if the graph has several lengths. */
  readonly buckets?: LengthBuckets | undefined;
  /** The constant predictions that are measured beside the model, by task. */
  readonly floors?: ReadonlyMap<string, ConstantPrediction> | undefined;
  /** The ways to generate the texts of tasks with metrics of generated texts, by task. */
  readonly generations?: ReadonlyMap<string, Generation> | undefined;
  /** Inspections that receive every row too, by task. */
  readonly inspections?: ReadonlyMap<string, SplitInspection> | undefined;
}

/** Computes the loss and metrics of each task over a whole split, a batch at a time. A task without rows has no values. */
export async function evaluatePass(pass: EvaluatedPass): Promise<readonly MeasuredValue[]> {
  const { split, data, executableOf, batch: size, specification, buckets, floors, generations, inspections } = pass;
  const tasks = pass.tasks.filter(({ name }) => data.rows(name, split) > 0);
  if (tasks.length === 0) return [];
  const names = pass.tasks.map(({ name }) => name);
  const rows = rowsOfPass(data, names);
  const measures = tasks.map((task) => new TaskMeasure(task, { data, specification, floor: floors?.get(task.name) }));
  const all = { rows: rows.rows(split), window: windowOfPass(data, names) };
  for (const own of batchesOfAll(all, buckets, size)) {
    const lengths = lengthsOf(buckets, own);
    const [executable, batch] = [await executableOf(lengths), await rows.batch({ split, size, rows: own, lengths })];
    const outputs = await executable.run({ batch });
    for (const measure of measures) {
      const { name } = measure.task;
      const predictions = predictionsOf(outputs, names.length > 1 ? name : undefined);
      const positions = own.map((row) => rows.positionOf(name, split, row) ?? -1);
      const generation = generations?.get(name);
      const texts =
        generation && (await generatedRows({ task: name, split, data, batch: size, generation }, positions));
      const measured = measure.add(batch, {
        loss: lossOf(outputs, names.length > 1 ? name : undefined),
        predictions: texts ? new Map([...predictions, [generatedIds, texts]]) : predictions,
        of: names.length > 1 ? name : undefined,
      });
      inspections?.get(name)?.add(measured, positions);
    }
  }
  return measures.flatMap((measure) => measure.values(split));
}

interface MeasureSettings {
  readonly data: Data;
  readonly specification: Pick<ResolvedSpecification, "semantics" | "modalities">;
  readonly floor: ConstantPrediction | undefined;
}

/** The results of a model for a batch. */
interface BatchOutcome {
  readonly loss: number;
  /** By name, with generated texts beside the outputs of the graph. */
  readonly predictions: ReadonlyMap<string, TensorData>;
  /** The name of the task in a pass of several. */
  readonly of: string | undefined;
}

/** The loss and metrics of one task over the batches that are added. */
class TaskMeasure {
  readonly task: ResolvedTask;
  readonly #target: TaskTarget;
  readonly #scale: Scale;
  readonly #scored: number;
  readonly #measurement: Measurement;
  readonly #floor: { readonly predict: ConstantPrediction; readonly measurement: Measurement } | undefined;
  readonly #loss: MeanLoss;

  constructor(task: ResolvedTask, { data, specification, floor }: MeasureSettings) {
    const rules = rulesOf(specification);
    this.task = task;
    this.#target = taskTarget(task, specification);
    this.#scale = scaleOf(task.name, data.preprocessing);
    this.#scored = scoredClasses(specification, task, data.preprocessing);
    const classes = {
      names: data.preprocessing.classes[task.name] ?? [],
      scored: this.#scored,
      topKTies: rules.topKTies,
      textOf: namesOf(task.name, task.target, data.preprocessing).textOf,
    };
    this.#measurement = new Measurement(task, classes);
    this.#floor = floor && { predict: floor, measurement: new Measurement(task, classes) };
    this.#loss = new MeanLoss(rules.weightedMean);
  }

  /** Adds a batch and what a model gave for it. */
  add(batch: Batch, { loss, predictions, of }: BatchOutcome): MeasuredBatch {
    const { target, features } = this.#target;
    const part = (of === undefined ? undefined : batch.parts?.get(of)) ?? batch;
    this.#loss.add(loss, part.rowWeight);
    const measured = {
      targets: measuredTargets(features, batch),
      rowWeight: part.weights ?? part.rowWeight,
      predictions: measuredPredictions(predictions, target, this.#scale),
      ...(target.classes ? { classes: this.#scored } : {}),
    };
    this.#measurement.add(measured);
    this.#floor?.measurement.add({ ...measured, predictions: this.#floor.predict(batch.rowWeight.length) });
    return measured;
  }

  values(split: Split): readonly MeasuredValue[] {
    const floors = this.#floor?.measurement.values();
    const measured = this.#measurement
      .values()
      .map((each, index) => ({ ...each, ...(floors ? { floor: floors[index]?.value ?? Number.NaN } : {}) }));
    return [{ name: "loss", value: this.#loss.value() }, ...measured].map((each) => ({
      task: this.task.name,
      split,
      ...each,
    }));
  }
}

/** The loss of a batch by a graph; that of one task in a pass of several. */
function lossOf(outputs: ReadonlyMap<string, TensorData>, task: string | undefined): number {
  const loss = roleName({ kind: "loss", ...(task === undefined ? {} : { task }) });
  return outputs.get(loss)?.[0] ?? Number.NaN;
}

/** The predictions of a graph by name; those of one task in a pass of several. */
export function predictionsOf(
  outputs: ReadonlyMap<string, TensorData>,
  task?: string,
): ReadonlyMap<string, TensorData> {
  const prefix = task === undefined ? "prediction/" : `prediction/${task}/`;
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
