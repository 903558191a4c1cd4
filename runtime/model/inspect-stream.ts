import { existsSync } from "../host/files.ts";
import { dirname } from "../host/paths.ts";
import { suggestionAmong } from "../../compiler/diagnostics/define.ts";
import { type DType, type Shape, roleName } from "../../compiler/graph/graph.ts";
import type { StagePlan, StreamGraph } from "../../compiler/stage/plan.ts";
import { type CompiledSpecification, type SetParams, compileFile } from "../compile.ts";
import type { Data, Preprocessing, Split } from "../data/data.ts";
import { type DataFolders, namedDataFolder, pathsOfSet } from "../data/files/data-folders.ts";
import type { ExampleSource } from "../data/batch/example-source.ts";
import type { Engine, TensorData } from "../engines/engine.ts";
import { type EngineChoice, defaultThreads } from "../engines/open-engine.ts";
import { readTrained } from "./read-trained.ts";
import { RunFolder } from "../run/run-folder.ts";
import { changesSince, findRunData } from "../run/run-data.ts";
import { readRunLock } from "../run/run-lock.ts";
import { startSummary } from "../pretrained/start-report.ts";
import { requireStage } from "./task-checkpoints.ts";
import { untrainedWeights } from "../pretrained/untrained-weights.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import { type PlanOfTasks, plansOfTasks, storeOf, trainedStore } from "../evaluation/evaluate-tasks.ts";
import { phasesOf } from "../train/phase/phases.ts";
import type { TensorStore } from "../train/step/tensor-store.ts";
import { planOf } from "../train/phase/trainer.ts";
import { UserError } from "../user-error.ts";
import { withEngineAndData } from "./with-engine-and-data.ts";

export interface InspectOptions {
  /** Name of a modality, a stream or a fusion; `both.words` of a fusion with several results. */
  readonly stream: string;
  /** Index among the task's rows in the split, from 0. */
  readonly row: number;
  /** `train` by default. */
  readonly split?: Split;
  /** By default the first task that has the stream, those of the last stage first. */
  readonly task?: string;
  /**
   * Weights of a run as they were when this stage ended; of a specification, those with which the stage would begin. By
   * default the last stage.
   */
  readonly stage?: string;
  /** Values of params as text, if `source` is the path of a specification. */
  readonly set?: SetParams;
  /** Folder of run folders, from which a stage may start; `runs` by default. */
  readonly runs?: string;
  /**
   * The folder that the paths of the data sets are relative to, if the data is elsewhere; by default the value of
   * MTL_DATA.
   */
  readonly data?: string;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Receives notes about the values, such as that they are of other data than the run began with. */
  readonly onNote?: (note: string) => void;
}

export interface StreamStatistics {
  /** The smallest of the finite values; NaN if none is finite. */
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** The fraction of values that are exactly 0. */
  readonly zeros: number;
  /** The number of values that are infinite or not a number. */
  readonly notFinite: number;
}

/** The values of a stream for one example, without dropout. */
export interface StreamInspection {
  readonly task: string;
  readonly split: Split;
  readonly row: number;
  readonly weights: "trained" | "initial";
  readonly stream: string;
  /** `tokens`, `vector`, … */
  readonly kind: string;
  readonly dtype: DType;
  /** The shape without the batch; with the candidates of an example that has them. */
  readonly shape: Shape;
  readonly statistics: StreamStatistics;
  /** The tasks for which a step of training computes the stream once, in which the task is; only the task if it is trained by itself. */
  readonly computedFor: readonly string[];
  /** In the order of the last axis, then the one before. */
  readonly values: TensorData;
  readonly example: ExampleSource;
}

/**
 * Runs one example through a model and returns a named stream. The weights are the best ones of a run, or those with
 * which a specification's last stage would begin if no earlier stage was trained.
 */
export async function inspectStream(
  of: string | CompiledSpecification,
  options: InspectOptions,
): Promise<StreamInspection> {
  const { engine: choice, threads = defaultThreads(), onNote } = options;
  const subject = await subjectOf(of, options);
  const { compiled, folders, preprocessing } = subject;
  const found = planWith(subject.plans, options);
  const settings = {
    compiled,
    folders,
    threads,
    ...(preprocessing ? { preprocessing } : {}),
    ...(choice ? { engine: choice } : {}),
    ...(onNote ? { onNote } : {}),
  };
  return withEngineAndData(settings, async ({ engine, data }) => {
    const changed = subject.changed(data);
    if (changed !== undefined) onNote?.(`${changed} Splits and values may differ from the run's.`);
    return look({ ...found, subject, engine, data, options });
  });
}

interface Subject {
  readonly compiled: CompiledSpecification;
  readonly folders: DataFolders;
  readonly preprocessing?: Preprocessing;
  readonly weights: StreamInspection["weights"];
  /** The plans, those of the last stage first. */
  readonly plans: readonly PlanOfTasks[];
  readonly storeOf: (found: Found, data: Data) => Promise<TensorStore>;
  readonly changed: (data: Data) => string | undefined;
}

async function subjectOf(
  of: string | CompiledSpecification,
  { set, runs = "runs", data: dataFolder, stage, onNote }: InspectOptions,
): Promise<Subject> {
  if (typeof of !== "string" || !existsSync(new RunFolder(of).lock)) {
    const compiled = typeof of === "string" ? compileFile(of, set) : of;
    const root = dirname(compiled.entry);
    const initial = async ({ plan }: Found, { preprocessing }: Data) => {
      const { weights, starts } = await untrainedWeights(plan.stage.name, {
        program: compiled.program,
        folders: { root, runs },
        preprocessing: async () => preprocessing,
      });
      for (const start of starts) onNote?.(startSummary(start));
      return storeOf(plan, weights);
    };
    return {
      compiled,
      folders: { root, ...(await namedDataFolder(dataFolder)), ...pathsOfSet(compiled.set) },
      weights: "initial",
      plans: plansOfStage(compiled, stage),
      storeOf: initial,
      changed: () => undefined,
    };
  }
  const run = new RunFolder(of);
  const lock = await readRunLock(run);
  const {
    bundle: { compiled, preprocessing },
    tasks,
    weights,
  } = await readTrained(of, stage);
  const found = await findRunData({ run, lock, compiled, data: dataFolder });
  if (found.note !== undefined) onNote?.(found.note);
  return {
    compiled,
    preprocessing,
    folders: found.folders,
    weights: "trained",
    plans: plansOfTasks(compiled.program, tasks),
    storeOf: ({ plan, task }) => trainedStore({ plan, task, weights }),
    changed: (data) => changesSince(lock, found, data),
  };
}

interface Found {
  readonly plan: StagePlan;
  readonly task: string;
  readonly streams: StreamGraph;
}

/** The plans of a stage of an untrained specification, by default of the last stage. */
function plansOfStage({ program }: CompiledSpecification, name: string | undefined): readonly PlanOfTasks[] {
  requireStage(program.specification, name);
  const stage = name ?? program.specification.stages.at(-1)?.name;
  const phases = phasesOf(program.specification).filter((phase) => phase.stage.name === stage);
  return phases.map((phase) => planOf(program, phase)).map((plan) => ({ plan, names: plan.tasks }));
}

/** The first task that has the stream, or the requested task. */
function planWith(plans: readonly PlanOfTasks[], { stream, task: wanted }: InspectOptions): Found {
  const tasks = plans.flatMap(({ names }) => names);
  if (wanted !== undefined && !tasks.includes(wanted))
    throw new UserError(
      "usage",
      `There is no task "${wanted}".`,
      suggestionAmong(wanted, tasks, `There are ${tasks.join(", ")}.`),
    );
  const all = plans.flatMap(({ plan, names }) =>
    names
      .filter((task) => wanted === undefined || task === wanted)
      .map((task): Found => ({ plan, task, streams: plan.streams(task) })),
  );
  const found = all.find(({ streams }) => streams.streams.some(({ name }) => name === stream));
  if (found) return found;
  const names = [...new Set(all.flatMap(({ streams }) => streams.streams.map(({ name }) => name)))];
  const lacks = wanted === undefined ? "No task has a" : `The task "${wanted}" has no`;
  throw new UserError(
    "usage",
    `${lacks} stream "${stream}".`,
    suggestionAmong(stream, names, `There are ${names.join(", ")}.`),
  );
}

interface Look extends Found {
  readonly subject: Subject;
  readonly engine: Engine;
  readonly data: Data;
  readonly options: InspectOptions;
}

async function look({
  plan,
  task,
  streams,
  subject,
  engine,
  data,
  options: { stream, row, split = "train" },
}: Look): Promise<StreamInspection> {
  const rows = data.rows(task, split);
  if (row >= rows)
    throw new UserError(
      "usage",
      `Task ${task} has no row ${row} in ${split}.`,
      rows === 0 ? "It has no rows there at all: choose another --split." : `It has ${rows}: 0 to ${rows - 1}.`,
    );
  const declared = streams.streams.find(({ name }) => name === stream);
  const name = roleName({ kind: "stream", stream });
  const output = streams.graph.outputs.find((each) => each.name === name);
  if (!declared || !output) throw new Error(`the graph of ${task} lacks ${name}`);
  const executable = new BoundExecutable(
    await engine.load(streams.graph),
    await subject.storeOf({ plan, task, streams }, data),
  );
  try {
    const batch = await data.batch({ task, split, rows: [row], size: 1, mode: "predict" });
    const values = (await executable.run({ batch })).get(name)?.slice();
    if (!values) throw new Error(`the engine gave no ${name}`);
    const { dtype, shape } = output.value;
    const ofExample = declared.batch === "batched" && shape[0] === 1 ? shape.slice(1) : shape;
    return {
      task,
      split,
      row,
      weights: subject.weights,
      stream,
      kind: declared.kind,
      dtype,
      shape: ofExample,
      statistics: statisticsOf(values),
      computedFor: plan
        .sharedStreams()
        .get(stream)
        ?.find((tasks) => tasks.includes(task)) ?? [task],
      values,
      example: await data.source({ task, split, row }),
    };
  } finally {
    await executable.dispose();
  }
}

export function statisticsOf(values: ArrayLike<number>): StreamStatistics {
  let [min, max, sum, finite, zeros] = [Infinity, -Infinity, 0, 0, 0];
  for (const value of Array.from(values)) {
    if (!Number.isFinite(value)) continue;
    [min, max, sum] = [Math.min(min, value), Math.max(max, value), sum + value];
    finite++;
    if (value === 0) zeros++;
  }
  const none = finite === 0;
  return {
    min: none ? Number.NaN : min,
    mean: sum / finite,
    max: none ? Number.NaN : max,
    zeros: zeros / values.length,
    notFinite: values.length - finite,
  };
}
