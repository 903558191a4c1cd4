import { taskTarget } from "../../compiler/targets/task-target.ts";
import type { ResolvedDecoding, ResolvedModality, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../data/data.ts";
import { createExampleEncoder } from "../data/batch/encode-examples.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { type FileReferences, referencesFrom } from "../data/files/file-references.ts";
import { scaleOf } from "../targets/number-scale.ts";
import { namesOf } from "../evaluation/names-of.ts";
import { type DecodingChoice, decodingForTasks } from "../decode/decoding-choice.ts";
import { textParts } from "../decode/text-parts.ts";
import { type EngineChoice, openEngine } from "../engines/open-engine.ts";
import type { Prediction } from "../targets/prediction.ts";
import type { Candidates } from "../retrieval/candidate-set.ts";
import { type CandidatesOptions, Retrieval } from "../retrieval/retrieval.ts";
import { type BadRows, type CarriedColumns, type RowPredictions, predictRows } from "../predict/predict-rows.ts";
import { type RowSource, piecesOf } from "../predict/row-sources.ts";
import { type Trained, readTrained } from "./read-trained.ts";
import { type PlanOfTasks, plansOfTasks } from "../evaluation/evaluate-tasks.ts";
import { lastStageTasks, meantTasks } from "../train/phase/served-tasks.ts";
import { taskOf } from "../train/program.ts";
import {
  type ExampleNotes,
  PassPredictor,
  type PredictionsByTask,
  type PassPredictorSettings,
  type PredictedTask,
} from "./pass-predictor.ts";
import { Turns } from "./turns.ts";
import { UserError } from "../user-error.ts";

export interface LoadOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Weights as they were when this stage ended; by default the last one. */
  readonly stage?: string;
  /** Folder that file names in examples are relative to; by default the current one. */
  readonly folder?: string;
  /**
   * Finds the path of a file that an example names; by default the name is relative to `folder`, and any file may be named. Rejects, with the reason
   * as its message, to refuse a name.
   */
  readonly files?: (name: string) => Promise<string>;
  /**
   * The numbers of examples that graphs are made for, in rising order; examples run on the smallest graph that has room for them. By default 1 and 32.
   */
  readonly batchSizes?: readonly number[];
}

export interface PredictOptions {
  /** May be left out where the last stage has one task. */
  readonly task?: string;
  /** The number of examples that other calls predicted before these; messages continue to count from it. */
  readonly before?: number;
  /** The name of an example in messages, by its index; by default examples are numbered. */
  readonly nameOf?: (index: number) => string;
  /** The way to choose the tokens of generated texts; by default that of the specification. */
  readonly decode?: DecodingChoice;
}

export interface PredictTasksOptions extends Pick<PredictOptions, "before" | "nameOf" | "decode"> {
  /** The tasks to predict; by default those that are `meant`. */
  readonly tasks?: readonly string[];
  /**
   * Receives why a task cannot use an example, with the index of the example. The predictions of the example are then without that task. By default
   * such an example is an error.
   */
  readonly onUnusable?: (index: number, error: UserError, task: string) => void;
}

/** The predictions for one example, by task; without the tasks that were reported to `onUnusable`. */
export type TaskPredictions = { readonly [task: string]: Prediction };

export interface PredictRowsOptions extends Pick<PredictOptions, "decode"> {
  /** The tasks to predict; by default those that are `meant`. Tasks for which a table has no columns are skipped. */
  readonly tasks?: readonly string[];
  /** The treatment of a row that cannot be used; by default it ends the prediction. */
  readonly badRows?: BadRows;
  /** The cells of a row that are written with its predictions; by default those that no task reads. */
  readonly carry?: CarriedColumns;
  /** Receives a sentence about rows that are left out and tasks that are skipped. */
  readonly onNote?: (note: string) => void;
}

export interface VectorsOptions {
  /** The modality of the vectors: one of the two of the task's target. */
  readonly modality: string;
  /** May be left out where the last stage has one task. */
  readonly task?: string;
}

/** A trained model, ready to predict. Disposing of it frees its engine. */
export interface TrainedModel {
  readonly name: string;
  /** Every task that was trained, those of the last stage first. */
  readonly tasks: readonly Pick<ResolvedTask, "name" | "target" | "inputs" | "candidates">[];
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
  /**
   * Generates the text of a `sequence` task, and yields each part of it when its token has been chosen; the parts make the
   * text. The generator returns the prediction. By a beam search all of the text comes at once, when it is found.
   *
   * @throws UserError of kind `usage` if the task generates no text.
   */
  generate(example: RawExample, options?: Pick<PredictOptions, "task" | "decode">): AsyncGenerator<string, Prediction>;
  /** Predicts many examples, a batch at a time. The predictions are in the order of the examples. */
  predictAll(examples: readonly RawExample[], options?: PredictOptions): Promise<readonly Prediction[]>;
  /**
   * Predicts several tasks for each of some examples, a batch at a time. An example is read once, and the part of the model that tasks have in
   * common is computed once. The predictions are in the order of the examples.
   *
   * @throws UserError of kind `data` if a task cannot use an example.
   */
  predictTasks(examples: readonly RawExample[], options?: PredictTasksOptions): Promise<readonly TaskPredictions[]>;
  /**
   * Computes the vectors of one modality of a `contrastive` task, of length 1, in the order of the examples, which need no
   * value of the other modality. The dot product of two vectors is the score of a pair, so that the vectors of many
   * candidates are computed once and then ranked for any query.
   *
   * @throws UserError of kind `usage` if the task has no such vectors; of kind `data` if a value cannot be read.
   */
  vectors(examples: readonly RawExample[], options: VectorsOptions): Promise<readonly Float32Array[]>;
  /**
   * Reads rows whose values of one modality can then be ranked for values of another one, by a task that matches the two.
   * Where the score of a pair is the product of two vectors, those of the candidates are computed here, once.
   *
   * @throws UserError of kind `usage` if no such task is meant; of kind `data` if the rows cannot be used.
   */
  candidates(source: RowSource, options?: CandidatesOptions): Promise<Candidates>;
  /**
   * Reads candidates that were saved with their vectors.
   *
   * @throws UserError of kind `data` if the vectors are of other weights than the model's.
   */
  readCandidates(path: string): Promise<Candidates>;
  /**
   * Predicts the rows of tables, of any format that a data set may have, or of files and folders. Rows are streamed, so
   * that memory holds only some of them. Columns are those of the model's data sets, or have the names of the
   * modalities.
   */
  predictRows(source: RowSource, options?: PredictRowsOptions): AsyncGenerator<RowPredictions>;
  /**
   * Makes the graphs of the tasks that are predicted together, so that no prediction has to wait for them; by default of those that are `meant`.
   */
  prepare(tasks?: readonly string[]): Promise<void>;
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
  { folder = ".", stage, files, batchSizes = [1, 32], ...engineOptions }: LoadOptions = {},
): Promise<TrainedModel> {
  const { bundle, tasks: served, weights } = await readTrained(path, stage);
  const { program } = bundle.compiled;
  const { specification } = program;
  const encoder = createExampleEncoder({ specification, preprocessing: bundle.preprocessing, folder });
  const meant = meantTasks(specification, served);
  const engine = await openEngine(engineOptions);
  const plans = plansOfTasks(program, served);
  const inTurn = new Turns();
  const predictors = predictorsOf(plans, { bundle, weights, engine, encoder, inTurn, batchSizes });
  const known = served.map(({ task }) => task);
  const references = files ? filesOf(files) : referencesFrom(folder);
  const predictPass = passesOf(predictors);
  const decodingFor = (tasks: readonly string[], decode: DecodingChoice | undefined): ResolvedDecoding | undefined =>
    decodingForTasks(
      tasks.map((task) => taskOf(program, task)),
      decode,
    );
  const predictTasks: TrainedModel["predictTasks"] = async (examples, options = {}) => {
    const { tasks = meant, before = 0, nameOf = (row) => `Example ${before + row}`, onUnusable, decode } = options;
    const chosen = distinct(tasks.map((task) => choose(known, task)));
    const found = await predictPass(chosen, examples, {
      originOf: (row) => ({ name: nameOf(row), references }),
      decoding: decodingFor(chosen, decode),
      ...(onUnusable ? { onUnusable } : {}),
    });
    return examples.map((_, row) => tasksOfRow(chosen, row, found, onUnusable ? "may be unusable" : "are usable"));
  };
  const predictAll: TrainedModel["predictAll"] = async (examples, { task, ...options } = {}) => {
    const chosen = choose(known, task, lastStageTasks(served));
    const predictions = await predictTasks(examples, { ...options, tasks: [chosen] });
    return predictions.map((each) => present(each[chosen]));
  };
  const planOf = (task: string) => present(plans.find(({ names }) => names.includes(task))).plan;
  const retrieval = new Retrieval({
    specification,
    preprocessing: bundle.preprocessing,
    folder,
    references,
    engine,
    weights,
    planOf,
    inTurn,
    tasks: known.map((task) => taskOf(program, task)),
  });
  return {
    name: specification.model.name,
    tasks: known.map((task) => taskOf(program, task)),
    meant,
    modalities: specification.modalities,
    classes: bundle.preprocessing.classes,
    predictAll,
    predictTasks,
    predictRows: (source, { tasks, decode, badRows = "refuse", carry = "others", onNote = () => undefined } = {}) => {
      const chosen = tasks === undefined ? meant : distinct(tasks.map((task) => choose(known, task)));
      const decoding = decodingFor(chosen, decode);
      return predictRows(piecesOf(source, { specification, folder }), {
        specification,
        tasks: chosen.map((task) => taskOf(program, task)),
        asked: tasks === undefined ? "all" : "named",
        predict: (names, examples, notes) => predictPass(names, examples, { ...notes, decoding }),
        badRows,
        carry,
        onNote,
      });
    },
    generate: (example, { task, decode } = {}) => {
      const chosen = choose(known, task, lastStageTasks(served));
      const decoding = decodingFor([chosen], decode);
      const { textOf } = namesOf(chosen, taskOf(program, chosen).target, bundle.preprocessing);
      const notes = { originOf: (row: number) => ({ name: `Example ${row}`, references }), decoding };
      return textParts(present(predictors.get(chosen)).generate(chosen, example, notes), textOf);
    },
    vectors: (examples, { task, modality }) =>
      retrieval.vectors(examples, choose(known, task, lastStageTasks(served)), modality),
    candidates: (source, options = {}) => retrieval.candidates(source, options),
    readCandidates: (path) => retrieval.readCandidates(path),
    prepare: async (tasks = meant) => {
      const chosen = tasks.map((task) => choose(known, task));
      for (const predictor of new Set(predictors.values()))
        await predictor.prepare(chosen.filter((task) => predictors.get(task) === predictor));
    },
    predict: async (example, options) => present((await predictAll([example], options))[0]),
    // A text that nobody waits for may still be in its last step.
    dispose: () => inTurn.run(() => engine.dispose()),
  };
}

/** Predicts tasks for examples: those that have one predictor in one pass. */
function passesOf(
  predictors: ReadonlyMap<string, PassPredictor>,
): (tasks: readonly string[], examples: readonly RawExample[], notes: ExampleNotes) => Promise<PredictionsByTask> {
  // One call runs its graph while another one reads its examples; further calls wait, so that memory holds the examples of two.
  const readingAhead = new Turns(2);
  return (tasks, examples, notes) =>
    readingAhead.run(async () => {
      const found = new Map<string, readonly (Prediction | undefined)[]>();
      for (const predictor of new Set(tasks.map((task) => predictors.get(task)))) {
        const pass = tasks.filter((task) => predictors.get(task) === predictor);
        for (const [task, own] of (await predictor?.predict(pass, examples, notes)) ?? []) found.set(task, own);
      }
      return found;
    });
}

/** The predictor of each task; tasks of one plan share theirs. */
function predictorsOf(
  plans: readonly PlanOfTasks[],
  {
    bundle,
    ...rest
  }: Pick<PassPredictorSettings, "weights" | "engine" | "encoder" | "inTurn" | "batchSizes"> & Pick<Trained, "bundle">,
): ReadonlyMap<string, PassPredictor> {
  const { program } = bundle.compiled;
  const { specification } = program;
  const { preprocessing } = bundle;
  const predictedTask = (task: string): PredictedTask => ({
    task: taskOf(program, task),
    outputs: taskTarget(taskOf(program, task), specification).outputs,
    classes: preprocessing.classes[task] ?? [],
    scale: scaleOf(task, preprocessing),
    textOf: namesOf(task, taskOf(program, task).target, preprocessing).textOf,
  });
  return new Map(
    plans.flatMap(({ plan, names }) => {
      const tasks = names.map(predictedTask);
      const predictor = new PassPredictor({ tasks, plan, specification, preprocessing, ...rest });
      return names.map((name) => [name, predictor] as const);
    }),
  );
}

/** The predictions of an example by task. Where all tasks are usable for all examples, a missing prediction is a bug. */
function tasksOfRow(
  tasks: readonly string[],
  row: number,
  found: PredictionsByTask,
  rows: "are usable" | "may be unusable",
): TaskPredictions {
  return Object.fromEntries(
    tasks.flatMap((task) => {
      const prediction = found.get(task)?.[row];
      return prediction || rows === "are usable" ? [[task, present(prediction)]] : [];
    }),
  );
}

/** The paths of files as a caller finds them; what rejects is the reason why a value cannot be read. */
function filesOf(find: (name: string) => Promise<string>): FileReferences {
  return (name) =>
    find(name).catch((cause: Error) => {
      throw new UnreadableValue(cause.message, undefined, { cause });
    });
}

function distinct(tasks: readonly string[]): readonly string[] {
  return [...new Set(tasks)];
}

function present<Found>(found: Found | undefined): Found {
  if (!found) throw new Error("no prediction for an example");
  return found;
}

/** The task of this name; without a name, the only task of the last stage. */
function choose(names: readonly string[], task: string | undefined, last: readonly string[] = []): string {
  const name = task ?? (last.length === 1 ? last[0] : undefined);
  if (name === undefined)
    throw new UserError("usage", "The model has several tasks.", `Name one of them: ${names.join(", ")}.`);
  if (!names.includes(name))
    throw new UserError("usage", `The model has no task ${name}.`, `Its tasks are: ${names.join(", ")}.`);
  return name;
}
