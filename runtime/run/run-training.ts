import { existsSync } from "../host/files.ts";
import { dirname } from "../host/paths.ts";
import type { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { checkpointsToCome } from "../checkpoint/model-checkpoints.ts";
import type { TrainingState } from "../checkpoint/training-state.ts";
import type { CompiledSpecification } from "../compile.ts";
import type { Split } from "../data/data.ts";
import type { DataFolders } from "../data/files/data-folders.ts";
import type { MeasuredValue } from "../evaluation/evaluate-split.ts";
import { mendLeftovers } from "../files/leftovers.ts";
import { measureTasks, valuesByPhase } from "../model/measure-tasks.ts";
import { taskCheckpoints } from "../model/task-checkpoints.ts";
import { weightsOfCheckpoints, writeModelWeights } from "../model/trained-weights.ts";
import type { EngineAndData } from "../model/with-engine-and-data.ts";
import { type WarmStarts, openWarmStarts } from "../pretrained/warm-start.ts";
import { EventFiles } from "../tensorboard/event-files.ts";
import { interruptOnSignals } from "../train/phase/interruption.ts";
import { logValues } from "../train/phase/log-events.ts";
import type { TrainingObserver } from "../train/phase/observer.ts";
import { type TrainingEnd, trainAll } from "../train/phase/trainer.ts";
import { MetricsLog } from "./metrics-log.ts";
import type { RunFolder } from "./run-folder.ts";
import { type RunLock, checkStarts, checkpointsOf } from "./run-lock.ts";
import { noteLeaks, noteProblems, noteStarts } from "./run-notes.ts";
import type { RunOptions } from "./run-options.ts";
import { writeResults } from "./write-results.ts";

export interface TrainingResult {
  /** The path of the run folder. */
  readonly folder: string;
  /**
   * The loss and metrics of every task that was trained, by the best checkpoint of the last stage, on validation and
   * test.
   */
  readonly results: readonly MeasuredValue[];
}

/** A run whose folder is locked, with its engine and data opened. */
export interface OpenRun extends EngineAndData {
  readonly folder: RunFolder;
  readonly folders: DataFolders;
  readonly lock: RunLock;
  readonly compiled: CompiledSpecification;
  readonly options: RunOptions;
  readonly observer: TrainingObserver;
  /** The warm starts of a run that begins; absent in a run that is resumed. */
  readonly starts?: WarmStarts;
}

const interruptedNote =
  "Interrupted: the current step is completed and the run is saved. A second Ctrl-C ends it at once; the run can then continue from its last checkpoint and repeats the steps after it.";

/** Trains a run from its beginning or from its newest checkpoint, until it ends or is interrupted. */
export async function runTraining(run: OpenRun): Promise<TrainingResult> {
  const { options, lock, engine, observer } = run;
  const interruption = options.interrupt
    ? { signal: options.interrupt, stop: () => {} }
    : interruptOnSignals(() => observer.onNote?.(interruptedNote));
  try {
    if (engine.name !== lock.engine)
      observer.onNote?.(
        `The run began on ${lock.engine} and continues on ${engine.name}: results may differ in the last bits.`,
      );
    return await trainAndMeasure(run, interruption.signal);
  } finally {
    interruption.stop();
  }
}

async function trainAndMeasure(run: OpenRun, interrupt: AbortSignal): Promise<TrainingResult> {
  const checkpoints = checkpointsOf(run.folder, run.lock);
  const newest = await newestCheckpoint(run, checkpoints);
  const state = newest?.checkpoint.state;
  const log = await MetricsLog.open(run.folder.metrics, state?.metricsBytes ?? 0, { sha256: state?.metricsSha256 });
  try {
    // A run that began without TensorBoard's files continues without them.
    if (existsSync(run.folder.tensorboard)) await log.copyTo(await EventFiles.create(run.folder.tensorboard));
    const starts = await tellBeginning(run, newest);
    const end = await trainStages(run, { checkpoints, log, interrupt, starts, resumed: newest?.checkpoint });
    return await measureEnd(run, { checkpoints, log, end });
  } finally {
    log.close();
  }
}

interface NamedCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint;
}

/**
 * The checkpoint from which the run continues. Every checkpoint that the run will come back to is checked first: a run
 * that cannot end is left as it is.
 */
async function newestCheckpoint(
  { folder }: OpenRun,
  checkpoints: CheckpointFolder,
): Promise<NamedCheckpoint | undefined> {
  await mendLeftovers(folder.path, { depth: "deep" });
  const newest = await checkpoints.newest();
  if (newest) await checkpoints.check(checkpointsToCome(newest.checkpoint.state));
  return newest;
}

/**
 * Reports to the observer and the log how the run begins or continues. Returns the warm starts of the stages to come.
 */
async function tellBeginning(run: OpenRun, newest: NamedCheckpoint | undefined): Promise<WarmStarts> {
  const { folder, data, engine, observer } = run;
  noteProblems(data, observer, folder);
  if (!newest) noteLeaks(run);
  observer.onRun?.({ folder: folder.path, engine: engine.name, ...(newest ? { resumedFrom: newest.name } : {}) });
  const starts = run.starts ?? (await startsToCome(run, newest?.checkpoint.state));
  await noteStarts(starts, observer, folder);
  return starts;
}

/** The warm starts of the stages of a resumed run that have not begun. */
async function startsToCome(
  { folder, folders, lock, compiled: { program }, data: { preprocessing } }: OpenRun,
  state: TrainingState | undefined,
): Promise<WarmStarts> {
  const begun = new Set(state ? [state.phase, ...state.phases.map(({ name }) => name)] : []);
  const starts = await openWarmStarts({
    program,
    folders: { root: folders.root, runs: dirname(folder.path) },
    preprocessing: async () => preprocessing,
    begun,
  });
  checkStarts(lock, starts);
  return starts;
}

interface StagesToTrain {
  readonly checkpoints: CheckpointFolder;
  readonly log: MetricsLog;
  readonly interrupt: AbortSignal;
  readonly starts: WarmStarts;
  readonly resumed: Checkpoint | undefined;
}

function trainStages(run: OpenRun, { resumed, ...stages }: StagesToTrain): Promise<TrainingEnd> {
  const { lock, compiled, data, engine, observer, options } = run;
  return trainAll({
    ...stages,
    program: compiled.program,
    sources: compiled.sources,
    data,
    engine,
    observer,
    loop: options.loop,
    displayPath: options.displayPath,
    mostSteps: lock.steps ?? Infinity,
    ...(lock.seed === null ? {} : { seed: lock.seed }),
    ...(resumed ? { resumed } : {}),
  });
}

interface EndedTraining {
  readonly checkpoints: CheckpointFolder;
  readonly log: MetricsLog;
  readonly end: TrainingEnd;
}

/**
 * Measures every trained task, and writes the results and the model. The test split is read here, once, after
 * everything was chosen.
 */
async function measureEnd(run: OpenRun, { checkpoints, log, end }: EndedTraining): Promise<TrainingResult> {
  const {
    folder,
    compiled: { program },
    data,
    engine,
    observer,
  } = run;
  const tasks = taskCheckpoints({ specification: program.specification, checkpoints, phases: end.phases }).filter(
    ({ checkpoint }) => checkpoint !== undefined,
  );
  const evaluated = await measureTasks({ program, data, engine, checkpoints, tasks, splits: evaluatedSplits });
  const results = evaluated.values;
  for (const [stage, values] of valuesByPhase(results, tasks, "test"))
    logValues(log, { step: end.runStep, epoch: null, stage }, values);
  await writeResults(folder, tasks, evaluated);
  const weights = weightsOfCheckpoints(checkpoints, tasks, program.specification.renamed);
  await writeModelWeights(folder.model, program, tasks, weights);
  observer.onEnd?.({ folder: folder.path, results });
  return { folder: folder.path, results };
}

const evaluatedSplits: readonly Split[] = ["validation", "test"];
