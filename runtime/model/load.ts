import { taskTarget } from "../../compiler/targets/task-target.ts";
import type { TargetOutput } from "../../compiler/targets/target.ts";
import { type GraphVariant, type StagePlan, type TextLengths, variantKey } from "../../compiler/stage/plan.ts";
import type { ResolvedModality, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../data/data.ts";
import {
  type EncodeRequest,
  type ExampleEncoder,
  type ExampleOrigin,
  createExampleEncoder,
} from "../data/batch/encode-examples.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import { type Scale, scaleOf } from "../targets/number-scale.ts";
import type { Engine } from "../engines/engine.ts";
import { type EngineChoice, openEngine } from "../engines/open-engine.ts";
import type { Prediction } from "../targets/prediction.ts";
import { type BadRows, type CarriedColumns, type RowPredictions, predictRows } from "../predict/predict-rows.ts";
import { type RowSource, piecesOf } from "../predict/row-sources.ts";
import { readTrained } from "./read-trained.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import { predictionsOf } from "../evaluation/evaluate-split.ts";
import { plansOfTasks, trainedStore } from "../evaluation/evaluate-tasks.ts";
import { lastStageTasks, meantTasks } from "../train/phase/served-tasks.ts";
import type { TensorStore } from "../train/step/tensor-store.ts";
import { taskOf } from "../train/program.ts";
import { type LengthBuckets, batchesOfAll, lengthsOf, bucketsOf } from "../train/supply/length-buckets.ts";
import type { TrainedWeights } from "./trained-weights.ts";
import { UserError } from "../user-error.ts";

export interface LoadOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Weights as they were when this stage ended; by default the last one. */
  readonly stage?: string;
  /** Folder that file names in examples are relative to; by default the current one. */
  readonly folder?: string;
}

export interface PredictOptions {
  /** May be left out where the last stage has one task. */
  readonly task?: string;
  /** The number of examples that other calls predicted before these; messages continue to count from it. */
  readonly before?: number;
}

export interface PredictRowsOptions {
  /** The tasks to predict; by default those that are `meant`. Tasks for which a table has no columns are skipped. */
  readonly tasks?: readonly string[];
  /** The treatment of a row that cannot be used; by default it ends the prediction. */
  readonly badRows?: BadRows;
  /** The cells of a row that are written with its predictions; by default those that no task reads. */
  readonly carry?: CarriedColumns;
  /** Receives a sentence about rows that are left out and tasks that are skipped. */
  readonly onNote?: (note: string) => void;
}

/** A trained model, ready to predict. Disposing of it frees its engine. */
export interface TrainedModel {
  readonly name: string;
  /** Every task that was trained, those of the last stage first. */
  readonly tasks: readonly Pick<ResolvedTask, "name" | "target" | "inputs">[];
  /**
   * The tasks that are used if none is named: those of the last stage, and earlier ones that need no other inputs and
   * are not pretext tasks.
   */
  readonly meant: readonly string[];
  readonly modalities: { readonly [modality: string]: ResolvedModality };
  /** Names of the classes of each task that has classes. */
  readonly classes: { readonly [task: string]: readonly string[] };
  /**
   * Predicts one example, which has a path, text, numbers or bytes for each modality.
   *
   * @throws UserError of kind `data` if a value cannot be read.
   */
  predict(example: RawExample, options?: PredictOptions): Promise<Prediction>;
  /** Predicts many examples, a batch at a time. The predictions are in the order of the examples. */
  predictAll(examples: readonly RawExample[], options?: PredictOptions): Promise<readonly Prediction[]>;
  /**
   * Predicts the rows of tables, of any format that a data set may have, or of files and folders. Rows are streamed, so
   * that memory holds only some of them. Columns are those of the model's data sets, or have the names of the
   * modalities.
   */
  predictRows(source: RowSource, options?: PredictRowsOptions): AsyncGenerator<RowPredictions>;
  dispose(): Promise<void>;
}

/**
 * Loads a trained model.
 *
 * @param path - The path of a run folder, or of its `model/` alone.
 * @throws UserError of kind `data` if there is no model, or it is damaged; of kind `engine` if no engine runs here.
 * @example
 * ```ts
 * const model = await load("runs/model-0001");
 * const prediction = await model.predict({ drawing: "fox.svg", name: "fox" });
 * await model.dispose();
 * ```
 */
export async function load(
  path: string,
  { folder = ".", stage, ...engineOptions }: LoadOptions = {},
): Promise<TrainedModel> {
  const { bundle, tasks: served, weights } = await readTrained(path, stage);
  const { program } = bundle.compiled;
  const { specification } = program;
  const encoder = createExampleEncoder({ specification, preprocessing: bundle.preprocessing, folder });
  const plans = plansOfTasks(program, served);
  const predictors = served.flatMap(({ task }) =>
    plans.filter(({ names }) => names.includes(task)).map(({ plan }) => ({ task, plan })),
  );
  const meant = meantTasks(specification, served);
  const engine = await openEngine(engineOptions);
  const predictorOf = (task: string, plan: StagePlan) =>
    new Predictor({
      task: taskOf(program, task),
      outputs: taskTarget(taskOf(program, task), specification).outputs,
      plan,
      weights,
      engine,
      encoder,
      classes: bundle.preprocessing.classes[task] ?? [],
      scale: scaleOf(task, bundle.preprocessing),
    });
  const loaded = new Map(predictors.map(({ task, plan }) => [task, predictorOf(task, plan)]));
  // One at a time: the engine runs its steps one after another, and each has one set of output buffers.
  const inTurn = oneAtATime();
  const predictAll = async (examples: readonly RawExample[], { task, before = 0 }: PredictOptions = {}) => {
    const predictor = choose(loaded, task, lastStageTasks(served));
    const predictions = await inTurn(() =>
      predictor.predict(examples, { originOf: (row) => encoder.originOf(before + row) }),
    );
    return predictions.map((prediction) => {
      if (!prediction) throw new Error("no prediction for an example");
      return prediction;
    });
  };
  return {
    name: specification.model.name,
    tasks: predictors.map(({ task }) => taskOf(program, task)),
    meant,
    modalities: specification.modalities,
    classes: bundle.preprocessing.classes,
    predictAll,
    predictRows: (source, { tasks, badRows = "refuse", carry = "others", onNote = () => undefined } = {}) => {
      const chosen = tasks === undefined ? meant : tasks.map((task) => choose(loaded, task).task);
      return predictRows(piecesOf(source, { specification, folder }), {
        specification,
        tasks: chosen.map((task) => taskOf(program, task)),
        asked: tasks === undefined ? "all" : "named",
        predict: (task, examples, told) => inTurn(() => choose(loaded, task).predict(examples, told)),
        badRows,
        carry,
        onNote,
      });
    },
    predict: async (example, options) => {
      const [prediction] = await predictAll([example], options);
      if (!prediction) throw new Error("no prediction for an example");
      return prediction;
    },
    dispose: () => engine.dispose(),
  };
}

function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result;
    return result;
  };
}

function choose<Value>(
  byTask: ReadonlyMap<string, Value>,
  task: string | undefined,
  last: readonly string[] = [],
): Value {
  const names = [...byTask.keys()];
  const name = task ?? (last.length === 1 ? last[0] : undefined);
  if (name === undefined)
    throw new UserError("usage", "The model has several tasks.", `Name one of them: ${names.join(", ")}.`);
  const found = byTask.get(name);
  if (!found) throw new UserError("usage", `The model has no task ${name}.`, `Its tasks are: ${names.join(", ")}.`);
  return found;
}

interface PredictorSettings {
  readonly task: ResolvedTask;
  readonly outputs: readonly TargetOutput[];
  readonly plan: StagePlan;
  readonly weights: TrainedWeights;
  readonly engine: Engine;
  readonly encoder: ExampleEncoder;
  readonly classes: readonly string[];
  readonly scale: Scale;
}

/** The number of rows of the graph for many examples; a single example has a graph of its own. */
const largestBatch = 32;

/** The names of examples in messages, and a receiver for those that cannot be used; without one, errors are thrown. */
interface Told extends Pick<EncodeRequest, "onUnusable"> {
  readonly originOf: (row: number) => ExampleOrigin;
}

class Predictor {
  readonly task: string;
  readonly #settings: PredictorSettings;
  readonly #executables = new Map<string, Promise<BoundExecutable>>();
  #store: Promise<TensorStore> | undefined;

  constructor(settings: PredictorSettings) {
    this.#settings = settings;
    this.task = settings.task.name;
  }

  /** Predicts examples of similar length together. */
  async predict(examples: readonly RawExample[], told: Told): Promise<readonly (Prediction | undefined)[]> {
    const size = examples.length === 1 ? 1 : largestBatch;
    const buckets = await this.#bucketsOf(examples, told);
    const predictions = new Map<number, Prediction>();
    for (const rows of batchesOfAll({ rows: examples.length }, buckets, size)) {
      const unusable = new Set<number>();
      const onUnusable = (index: number, error: UserError): void => {
        unusable.add(index);
        told.onUnusable?.(rows[index] ?? -1, error);
      };
      const request = {
        task: this.#settings.task.name,
        examples: rows.map((row) => examples[row] ?? {}),
        origins: rows.map((row) => told.originOf(row)),
        size,
        lengths: lengthsOf(buckets, rows),
        ...(told.onUnusable ? { onUnusable } : {}),
      };
      for (const [index, prediction] of (await this.#predictBatch(request)).entries())
        if (!unusable.has(index)) predictions.set(rows[index] ?? -1, prediction);
    }
    return [...examples.keys()].map((row) => predictions.get(row));
  }

  async #bucketsOf(
    examples: readonly RawExample[],
    { originOf, onUnusable }: Told,
  ): Promise<LengthBuckets | undefined> {
    const { plan, task, encoder } = this.#settings;
    const lengths = plan.buckets(task.name);
    if (lengths.length < 2) return undefined;
    const tokens: TextLengths[] = [];
    for (const [row, example] of examples.entries()) {
      try {
        tokens.push(await encoder.tokens(task.name, example, originOf(row)));
      } catch (error) {
        // It is reported when it is encoded.
        if (!onUnusable || !(error instanceof UserError)) throw error;
        tokens.push({});
      }
    }
    return bucketsOf(lengths, tokens.length, { tokensOf: (row) => tokens[row] ?? {}, of: "kept" });
  }

  async #predictBatch(
    request: EncodeRequest & Required<Pick<EncodeRequest, "lengths">>,
  ): Promise<readonly Prediction[]> {
    const { task, encoder, classes, scale } = this.#settings;
    const { examples, size, lengths } = request;
    const executable = await this.#executable({ batch: size, lengths });
    const batch = await encoder.encode(request);
    const predictions = predictionsOf(await executable.run({ batch }));
    const { predict } = runtimeTargetOf(task.target);
    return examples.map((_, row) => {
      const asked = batch.asked[row];
      return predict(this.#rowOf(predictions, row, size), {
        classes,
        scale,
        candidates: batch.candidates[row] ?? 1,
        ...(asked ? { asked } : {}),
      });
    });
  }

  /** One row of each output, by name. */
  #rowOf(predictions: ReturnType<typeof predictionsOf>, row: number, size: number): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.#settings.outputs.map(({ name }) => {
        const values = predictions.get(name);
        if (!(values instanceof Float32Array)) throw new Error(`the graph gives no ${name}`);
        const width = values.length / size;
        return [name, values.subarray(row * width, (row + 1) * width)];
      }),
    );
  }

  #executable(variant: GraphVariant): Promise<BoundExecutable> {
    const { plan, engine, task, weights } = this.#settings;
    const key = variantKey(variant);
    const known =
      this.#executables.get(key) ??
      engine
        .load(plan.predict(task.name, variant))
        .then(
          async (executable) =>
            new BoundExecutable(executable, await (this.#store ??= trainedStore({ plan, task: task.name, weights }))),
        );
    this.#executables.set(key, known);
    return known;
  }
}
