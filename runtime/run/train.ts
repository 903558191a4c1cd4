import { mkdir } from "../host/files.ts";
import { dirname } from "../host/paths.ts";
import { type CompiledSpecification, type SetParams, compiledFrom } from "../compile.ts";
import type { ReadingProgress } from "../data/columns/loaded-dataset.ts";
import { type DataFolders, namedDataFolder, pathsOfSet } from "../data/files/data-folders.ts";
import { type EngineChoice, defaultThreads, engineChoices, isEngineChoice } from "../engines/open-engine.ts";
import { seal } from "../files/sealed-json.ts";
import { asUserError } from "../files/system-failure.ts";
import { checkClassesOfMetrics } from "../metrics/check-classes.ts";
import { writeBundle, writeSources } from "../model/bundle.ts";
import { withEngineAndData } from "../model/with-engine-and-data.ts";
import { onScales } from "../pretrained/taken-scales.ts";
import { openWarmStarts } from "../pretrained/warm-start.ts";
import type { TrainingObserver } from "../train/phase/observer.ts";
import { shellWord } from "../shell-words.ts";
import { UserError } from "../user-error.ts";
import { appendLog, observerWithLog } from "./observer-with-log.ts";
import { takeProcessLock } from "./process-lock.ts";
import { changesSince, findRunData, requireUnchanged } from "./run-data.ts";
import { RunFolder, createRunFolder } from "./run-folder.ts";
import {
  type RunLock,
  createRunLock,
  readBundleOf,
  readRunLock,
  requireRun,
  runLockFile,
  torchEngine,
} from "./run-lock.ts";
import { type RunOptions, shownPath } from "./run-options.ts";
import { type TrainingResult, runTraining } from "./run-training.ts";
import { withWayBack } from "./way-back.ts";

export interface TrainOptions extends RunOptions {
  /** The path of the `.mtl` file, or what `compileFile` returned. */
  readonly specification: string | CompiledSpecification;
  /** Values of params, if `specification` is a path. */
  readonly set?: SetParams;
  /** The engine that runs the graphs; by default the fastest one that runs here (`auto`). */
  readonly engine?: EngineChoice;
  /**
   * The number of threads of the engine; by default the number of processor cores. Another number may change the last
   * bits of a result.
   */
  readonly threads?: number;
  /** The folder of run folders; `runs` by default. */
  readonly runs?: string;
  /** The name of the run, to which a number is added; by default the name of the model. */
  readonly name?: string;
  /** The seed of all stages; by default each stage has its own. */
  readonly seed?: number;
  /** The maximum number of updates of each stage, to try something out. */
  readonly steps?: number;
  /** If true, which is the default, TensorBoard's event files are written in addition to `metrics.jsonl`. */
  readonly tensorboard?: boolean;
}

export interface ResumeOptions extends RunOptions {
  /**
   * The engine; by default the one on which the run began. With another one, results are close to those of an
   * uninterrupted run, but not the same.
   */
  readonly engine?: EngineChoice;
  readonly threads?: number;
}

/**
 * Trains a specification in a new run folder, and measures it.
 *
 * @returns The path of the run folder, and the loss and metrics of every task on validation and test.
 * @throws SpecificationError if the specification has errors.
 * @throws UserError of kind `data`, `engine`, `diverged`, `run_failed`, or `interrupted`; after the last one the run can be resumed.
 * @example
 * ```ts
 * const { folder } = await train({ specification: "model.mtl", set: { width: "32" } });
 * ```
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  const compiled = compiledFrom(options.specification, options.set);
  return trainCompiled(options, compiled, {
    root: dirname(compiled.entry),
    ...(await namedDataFolder(options.data)),
    ...pathsOfSet(compiled.set),
  });
}

/** The same as `train`, with paths relative to other folders than the specification's. */
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
        return runTraining({ folder, folders, lock, compiled, options, observer, starts, ...opened, data });
      });
    },
  );
}

/**
 * Resumes a run that was interrupted or killed; the result has the same bits as without the interruption. For a run
 * that has ended, its results are returned.
 *
 * @param run - The path of the run folder.
 * @throws UserError of kind `data` if the run or its data has changed; otherwise as `train`.
 */
export async function resume(run: string, options: ResumeOptions = {}): Promise<TrainingResult> {
  const folder = new RunFolder(run);
  requireRun(folder);
  return withLock(folder, options, async (observer) => {
    const lock = await readRunLock(folder);
    refuseTorch(lock, shownPath(options, folder.path));
    const { compiled, preprocessing } = await readBundleOf(folder, lock);
    const found = await findRunData({ run: folder, lock, compiled, data: options.data });
    requireUnchanged(changesSince(lock, found));
    if (found.note !== undefined) observer.onNote?.(found.note);
    const { folders } = found;
    return withEngineAndData(
      { compiled, preprocessing, folders, ...noteOf(options), ...engineOf(lock, options) },
      async (opened) => {
        requireUnchanged(changesSince(lock, found, opened.data));
        return runTraining({ folder, folders, lock, compiled, options, observer, ...opened });
      },
    );
  });
}

/** Holds the lock of the run folder while `use` reads and writes it. A failure is noted in the log of the run. */
async function withLock<Result>(
  folder: RunFolder,
  options: RunOptions,
  use: (observer: TrainingObserver) => Promise<Result>,
): Promise<Result> {
  const processLock = await takeProcessLock(folder.processLock);
  const observer = observerWithLog(options.observer ?? {}, folder);
  try {
    if (processLock.stale !== undefined)
      observer.onNote?.(`Took over the run from process ${processLock.stale}, which no longer exists.`);
    return await use(observer);
  } catch (cause) {
    const error = asUserError(cause);
    appendLog(folder, error instanceof Error ? error.message : String(error));
    throw withWayBack(error, folder.path, options);
  } finally {
    await processLock.release();
  }
}

/** Throws if `train.py` trains the run: the moments of its optimizer are in its own checkpoints. */
function refuseTorch({ engine }: RunLock, path: string): void {
  if (engine !== torchEngine) return;
  throw new UserError(
    "usage",
    `train.py trains this run in PyTorch, and mtl does not read the state of its optimizer.`,
    `Give the command that began it again: python train.py --output ${shellWord(path)}. Or begin a new run with its weights: init: from(${JSON.stringify(path)}).`,
  );
}

/** The engine that the run began on, unless the options name another; any for a run that was trained in PyTorch. */
export function engineOf(
  lock: RunLock,
  { engine, threads }: Pick<ResumeOptions, "engine" | "threads">,
): { readonly engine: EngineChoice; readonly threads: number } {
  const chosen = engine ?? (lock.engine === torchEngine ? "auto" : lock.engine);
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
