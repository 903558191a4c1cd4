import { process } from "../host/machine.ts";
import { existsSync, mkdir } from "../host/files.ts";
import { basename, dirname, join, relative } from "../host/paths.ts";
import { shellWord } from "../shell-words.ts";
import { counted } from "../../compiler/counted.ts";
import { writeBundle, writeSources } from "../model/bundle.ts";
import { removeLeftovers } from "../files/leftovers.ts";
import { checkpointsToCome } from "../checkpoint/model-checkpoints.ts";
import type { TrainingState } from "../checkpoint/training-state.ts";
import { type CompiledSpecification, type SetParams, compileFile } from "../compile.ts";
import type { Data, Split } from "../data/data.ts";
import { type DataFolders, namedDataFolder, pathsOfSet } from "../data/files/data-folders.ts";
import type { ReadingProgress } from "../data/columns/loaded-dataset.ts";
import { problemText } from "../data/problem-log.ts";
import { leakLines, leakNote } from "../data/stats/leak-notes.ts";
import { type EngineChoice, defaultThreads, engineChoices, isEngineChoice } from "../engines/open-engine.ts";
import { writeEvaluation } from "../evaluation/evaluation-file.ts";
import { resultsFile } from "../evaluation/results-file.ts";
import { checkClassesOfMetrics } from "../metrics/check-classes.ts";
import { measureTasks, valuesByPhase } from "../model/measure-tasks.ts";
import { MetricsLog } from "./metrics-log.ts";
import { appendLog, observerWithLog } from "./observer-with-log.ts";
import { takeProcessLock } from "./process-lock.ts";
import { RunFolder, createRunFolder } from "./run-folder.ts";
import { changesSince, findRunData, requireUnchanged } from "./run-data.ts";
import {
  type RunLock,
  checkpointsOf,
  checkStarts,
  createRunLock,
  readBundleOf,
  readRunLock,
  requireRun,
  runLockFile,
} from "./run-lock.ts";
import { seal } from "../files/sealed-json.ts";
import { type WarmStarts, openWarmStarts } from "../pretrained/warm-start.ts";
import { startNote, startReportFile } from "../pretrained/start-report.ts";
import { onScales } from "../pretrained/taken-scales.ts";
import type { MeasuredValue } from "../evaluation/evaluate-split.ts";
import type { TasksEvaluation } from "../evaluation/evaluate-tasks.ts";
import { type TaskCheckpoint, taskCheckpoints } from "../model/task-checkpoints.ts";
import { forkOf } from "../train/phase/phases.ts";
import { interruptOnSignals } from "../train/phase/interruption.ts";
import { logValues } from "../train/phase/log-events.ts";
import type { TrainingObserver } from "../train/phase/observer.ts";
import { asUserError } from "../files/system-failure.ts";
import { trainAll } from "../train/phase/trainer.ts";
import { EventFiles } from "../tensorboard/event-files.ts";
import { weightsOfCheckpoints, writeModelWeights } from "../model/trained-weights.ts";
import { UserError } from "../user-error.ts";
import { type EngineAndData, withEngineAndData } from "../model/with-engine-and-data.ts";

export interface RunOptions {
  readonly observer?: TrainingObserver;
  /** Saves the run and ends it. By default Ctrl-C and SIGTERM do. */
  readonly interrupt?: AbortSignal;
  /** Folder that the paths of data sets start from, where the data is not beside the specification; it is allowed to be anywhere. By default what MTL_DATA says. */
  readonly data?: string;
}

export interface TrainOptions extends RunOptions {
  /** Path of the `.mtl` file, or what `compileFile` made of it. */
  readonly specification: string | CompiledSpecification;
  /** Values of params, as text; where `specification` is a path. */
  readonly set?: SetParams;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Folder of run folders; `runs` by default. */
  readonly runs?: string;
  /** Name of the run; the model's by default. */
  readonly name?: string;
  /** Instead of the stages' own. */
  readonly seed?: number;
  /** The most updates of each stage, to try something out. */
  readonly steps?: number;
  /** Whether TensorBoard's event files are written besides `metrics.jsonl`; they are by default. */
  readonly tensorboard?: boolean;
}

export interface ResumeOptions extends RunOptions {
  /** Instead of the engine that the run began on. Results are then close to those of an unbroken run, not the same. */
  readonly engine?: EngineChoice;
  readonly threads?: number;
}

export interface TrainingResult {
  /** Path of the run folder. */
  readonly folder: string;
  /** Every task that was trained, by the best checkpoint of the last stage, on validation and test. */
  readonly results: readonly MeasuredValue[];
}

/** Trains a specification in a new run folder. Fails with a `UserError`; after one of kind `interrupted` the run can be resumed. */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  const { specification } = options;
  const compiled = typeof specification === "string" ? compileFile(specification, options.set) : specification;
  return trainCompiled(options, compiled, {
    root: dirname(compiled.entry),
    ...(await namedDataFolder(options.data)),
    ...pathsOfSet(compiled.set),
  });
}

/** As `train`, with paths relative to other folders than the specification's. */
export async function trainCompiled(
  options: TrainOptions,
  compiled: CompiledSpecification,
  folders: DataFolders,
): Promise<TrainingResult> {
  const { runs = "runs", seed = null, steps = null, threads = defaultThreads() } = options;
  return withEngineAndData(
    { compiled, folders, threads, ...noteOf(options), ...(options.engine ? { engine: options.engine } : {}) },
    async (opened) => {
      checkClassesOfMetrics(compiled.program.specification, opened.data.preprocessing);
      const starts = await openWarmStarts({
        program: compiled.program,
        folders: { root: folders.root, runs },
        preprocessing: async () => opened.data.preprocessing,
      });
      const folder = await createRunFolder(runs, options.name ?? compiled.program.specification.model.name);
      return withLock(folder, options, async (observer) => {
        const lock = seal(
          await createRunLock({
            folder,
            folders,
            compiled,
            data: opened.data,
            engine: opened.engine.name,
            threads,
            seed,
            steps,
            starts,
          }),
        );
        await mkdir(folder.model, { recursive: true });
        if (options.tensorboard !== false) await mkdir(folder.tensorboard);
        await writeSources(folder.path, compiled);
        const data = onScales(
          opened.data,
          [...starts.values()].flatMap(({ scales }) => scales),
        );
        await writeBundle(folder.model, compiled, data.preprocessing, lock.seal);
        await runLockFile.write(folder.lock, lock);
        return trainIn({ folder, folders, lock, compiled, options, observer, starts, ...opened, data });
      });
    },
  );
}

/** Goes on with a run that was interrupted or killed, to the same bits as if it had not been. Of a run that has ended, gives the results. */
export async function resume(run: string, options: ResumeOptions = {}): Promise<TrainingResult> {
  const folder = new RunFolder(run);
  requireRun(folder);
  return withLock(folder, options, async (observer) => {
    const lock = await readRunLock(folder);
    const { compiled, preprocessing } = await readBundleOf(folder, lock);
    const found = await findRunData({ run: folder, lock, compiled, data: options.data });
    requireUnchanged(changesSince(lock, found));
    if (found.note !== undefined) observer.onNote?.(found.note);
    const { folders } = found;
    return withEngineAndData(
      { compiled, preprocessing, folders, ...noteOf(options), ...engineOf(lock, options) },
      async (opened) => {
        requireUnchanged(changesSince(lock, found, opened.data));
        return trainIn({ folder, folders, lock, compiled, options, observer, ...opened });
      },
    );
  });
}

/** Alone at work in a run, before anything of it is read or written. What goes wrong is noted in its log. */
async function withLock<Result>(
  folder: RunFolder,
  options: RunOptions,
  use: (observer: TrainingObserver) => Promise<Result>,
): Promise<Result> {
  const processLock = await takeProcessLock(folder.processLock);
  const observer = observerWithLog(options.observer ?? {}, folder);
  try {
    if (processLock.stale !== undefined)
      observer.onNote?.(`Took over the run from process ${processLock.stale}, which is gone.`);
    return await use(observer);
  } catch (cause) {
    const error = asUserError(cause);
    appendLog(folder, error instanceof Error ? error.message : String(error));
    throw error instanceof UserError && error.kind === "interrupted" ? withWayBack(error, folder) : error;
  } finally {
    await processLock.release();
  }
}

/** The engine that the run began on, unless told otherwise. */
export function engineOf(
  lock: RunLock,
  { engine, threads }: Pick<ResumeOptions, "engine" | "threads">,
): { readonly engine: EngineChoice; readonly threads: number } {
  const chosen = engine ?? lock.engine;
  if (!isEngineChoice(chosen))
    throw new UserError(
      "engine",
      `The run began on the engine "${chosen}", which this version of mtl does not know.`,
      `Name another with --engine: ${engineChoices.join(", ")}.`,
    );
  return { engine: chosen, threads: threads ?? lock.threads };
}

function noteOf({ observer }: RunOptions) {
  return {
    onNote: (note: string) => observer?.onNote?.(note),
    onReading: (progress: ReadingProgress) => observer?.onReading?.(progress),
  };
}

interface OpenRun extends EngineAndData {
  readonly folder: RunFolder;
  readonly folders: DataFolders;
  readonly lock: RunLock;
  readonly compiled: CompiledSpecification;
  readonly options: RunOptions;
  readonly observer: TrainingObserver;
  /** Of a run that begins. */
  readonly starts?: WarmStarts;
}

async function trainIn(run: OpenRun): Promise<TrainingResult> {
  const { options, lock, engine, observer } = run;
  const interruption = options.interrupt
    ? { signal: options.interrupt, stop: () => {} }
    : interruptOnSignals(() => observer.onNote?.(interruptedNote));
  try {
    if (engine.name !== lock.engine)
      observer.onNote?.(
        `The run began on ${lock.engine} and goes on on ${engine.name}: results may differ in the last bits.`,
      );
    return await trainLocked(run, interruption.signal);
  } finally {
    interruption.stop();
  }
}

const interruptedNote =
  "Interrupted: this step is ended and the run is saved. A second Ctrl-C ends it at once; it can then go on from its last checkpoint, and the steps after that are run again.";

function withWayBack({ kind, message }: UserError, { path }: RunFolder): UserError {
  return new UserError(
    kind,
    message,
    `It is saved. Go on with: mtl train --resume ${shellWord(relative(process.cwd(), path))}`,
  );
}

const evaluatedSplits: readonly Split[] = ["validation", "test"];

async function trainLocked(run: OpenRun, interrupt: AbortSignal): Promise<TrainingResult> {
  const {
    folder,
    lock,
    compiled: { program, sources },
    data,
    engine,
    observer,
  } = run;
  await removeLeftovers(folder.path);
  const checkpoints = checkpointsOf(folder, lock);
  await checkpoints.recover();
  const newest = await checkpoints.newest();
  const state = newest?.checkpoint.state;
  // Before anything is changed: a run that cannot come to its end is left as it is.
  if (state) await checkpoints.check(checkpointsToCome(state));
  const log = await MetricsLog.open(folder.metrics, state?.metricsBytes ?? 0, { sha256: state?.metricsSha256 });
  try {
    // A run that was begun without them goes on without them.
    if (existsSync(folder.tensorboard)) await log.copyTo(await EventFiles.create(folder.tensorboard));
    noteProblems(data, observer, folder);
    if (!newest) noteLeaks(run, observer);
    observer.onRun?.({ folder: folder.path, engine: engine.name, ...(newest ? { resumedFrom: newest.name } : {}) });
    const starts = run.starts ?? (await startsToCome(run, state));
    await noteStarts(starts, observer, folder);
    const end = await trainAll({
      starts,
      program,
      data,
      engine,
      checkpoints,
      log,
      observer,
      interrupt,
      sources,
      mostSteps: lock.steps ?? Infinity,
      ...(lock.seed === null ? {} : { seed: lock.seed }),
      ...(newest ? { resumed: newest.checkpoint } : {}),
    });
    const tasks = taskCheckpoints({ specification: program.specification, checkpoints, phases: end.phases }).filter(
      ({ checkpoint }) => checkpoint !== undefined,
    );
    const evaluated = await measureTasks({ program, data, engine, checkpoints, tasks, splits: evaluatedSplits });
    const results = evaluated.values;
    // Only now: `test` is read once, after everything was chosen.
    for (const [stage, values] of valuesByPhase(results, tasks, "test"))
      logValues(log, { step: end.runStep, epoch: null, stage }, values);
    await writeResults(folder, tasks, evaluated);
    await writeModelWeights(
      folder.model,
      program,
      tasks,
      weightsOfCheckpoints(checkpoints, tasks, program.specification.renamed),
    );
    observer.onEnd?.({ folder: folder.path, results });
    return { folder: folder.path, results };
  } finally {
    log.close();
  }
}

/** What the stages of a resumed run that have not begun will take. */
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

async function noteStarts(starts: WarmStarts, observer: TrainingObserver, folder: RunFolder): Promise<void> {
  for (const [stage, { report }] of starts) {
    await mkdir(dirname(folder.start(stage)), { recursive: true });
    await startReportFile.write(folder.start(stage), report);
    observer.onNote?.(startNote(report));
  }
}

/** One sentence for who looks on; every row for the log, since whoever mends the data needs them all. */
function noteProblems({ problems }: Data, observer: TrainingObserver, folder: RunFolder): void {
  const [first] = problems;
  if (first === undefined) return;
  observer.onWarning?.(
    `${counted(problems.length, "bad row is", "bad rows are")} left out, as log.txt in the run's folder lists; the first is ${problemText(first)}.`,
  );
  for (const problem of problems) appendLog(folder, `Left out: ${problemText(problem)}.`);
}

/** Said once, where a run begins: results on rows whose inputs training has seen promise too much. */
function noteLeaks({ data, folder, folders, compiled }: OpenRun, observer: TrainingObserver): void {
  for (const warning of data.warnings) observer.onWarning?.(warning);
  for (const note of data.notes) observer.onNote?.(note);
  const leaks = data.leaks();
  const note = leakNote(leaks, relative(process.cwd(), join(folders.root, basename(compiled.entry))));
  if (note !== undefined) observer.onNote?.(note);
  for (const line of leakLines(leaks)) appendLog(folder, line);
}

/** `eval/SPLIT.json`, where a metric or a floor that is not defined is `null` and tasks that have not all the same checkpoint have one each, and `evaluation/TASK-SPLIT.json`. */
export async function writeResults(
  folder: RunFolder,
  measured: readonly TaskCheckpoint[],
  { values: results, tasks }: TasksEvaluation,
): Promise<void> {
  const checkpointOf = (task: string): string => measured.find((each) => each.task === task)?.checkpoint ?? "";
  const checkpoints = Object.fromEntries(
    measured.flatMap(({ task, checkpoint }) => (checkpoint === undefined ? [] : [[task, checkpoint]])),
  );
  const [checkpoint, ...others] = new Set(Object.values(checkpoints));
  const isOne =
    checkpoint !== undefined && others.length === 0 && measured.every(({ weights }) => forkOf(weights) === undefined);
  const by = isOne ? { checkpoint } : { checkpoints };
  for (const split of new Set(results.map((result) => result.split))) {
    const path = folder.evaluation(split);
    await mkdir(dirname(path), { recursive: true });
    const values = results.filter((result) => result.split === split).map(({ split: _split, ...value }) => value);
    await resultsFile.write(path, { split, ...by, values });
  }
  for (const task of tasks) await writeEvaluation(folder, { checkpoint: checkpointOf(task.task), ...task });
}
