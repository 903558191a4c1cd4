import { mkdir } from "../host/files.ts";
import { sha256 } from "../host/hashing.ts";
import { dirname, join, resolve } from "../host/paths.ts";
import { portableRelative } from "../host/portable-path.ts";
import { type CompiledFile, type SetParams, compileFile, layOutSources } from "../compile.ts";
import { defaultThreads, isEngineChoice } from "../engines/open-engine.ts";
import { packageVersion } from "../package-version.ts";
import { shownPath } from "../run/run-options.ts";
import { changesSince, findRunData, requireUnchanged } from "../run/run-data.ts";
import { RunFolder } from "../run/run-folder.ts";
import { readBundleOf, readRunLock } from "../run/run-lock.ts";
import { createNumberedFile } from "../run/run-set-file.ts";
import { withFileLock } from "../run/with-file-lock.ts";
import { shellWord } from "../shell-words.ts";
import { interruptOnSignals } from "../train/phase/interruption.ts";
import { UserError } from "../user-error.ts";
import { proposedTrials } from "./checked-values.ts";
import { forkTrials, trialModule } from "./fork-trial.ts";
import { searchMethods } from "./methods/index.ts";
import { type SearchOptions, type SearchRunOptions, checkNumbers, planSearch } from "./plan-search.ts";
import { runTrials } from "./run-trials.ts";
import { type SearchFile, searchFile } from "./search-file.ts";
import { SearchState } from "./search-state.ts";
import { type RunTrial, trainTrial } from "./train-trial.ts";
import { type Trial, bestTrial, ranked } from "./trial.ts";
import { type ScoreDisplay, scoreDisplay } from "./trial-progress.ts";

export interface ResumeSearchOptions extends SearchRunOptions {
  /** Another number of trials, to extend a search. */
  readonly trials?: number;
}

export interface SearchResult {
  /** The path of the search's file. */
  readonly file: string;
  /** The best first. */
  readonly trials: readonly Trial[];
  /** The best trial that was trained to its end, if there is one. */
  readonly best: Trial | undefined;
  readonly measure: ScoreDisplay;
  /** The path of the specification, and the values that all trials have. */
  readonly specification: string;
  readonly set: SetParams;
}

/**
 * Trains a specification with many values of its params and options, and compares the results. Each trial is a run that
 * can be used as any other.
 *
 * @throws SpecificationError or UserError of kind `specification` before anything is trained, if a value is wrong.
 * @throws UserError of kind `interrupted`; the search can then be resumed.
 * @example
 * ```ts
 * const { best } = await search({ specification: "model.mtl", over: "width=32..256 times 2, fit.optimizer.rate=1e-4..1e-2 log" });
 * ```
 */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const { compiled, searched, space, method, settings } = planSearch(options);
  options.observer?.onNote?.("The specification is checked with the values of each trial.");
  const proposed = proposedTrials(searched, method, []);
  const runs = resolve(options.runs ?? "runs");
  await mkdir(runs, { recursive: true });
  const runName = options.name ?? compiled.program.specification.model.name;
  const path = await createNumberedFile(runs, `${runName}-search`);
  const file: SearchFile = {
    version: 1,
    mtl: packageVersion(),
    created: new Date().toISOString(),
    specification: portableRelative(runs, compiled.entry),
    sources: hashesOf(compiled),
    set: searched.set,
    name: runName,
    method: options.method ?? "random",
    space,
    ...settings,
    engine: options.engine ?? null,
    threads: options.threads ?? Math.max(1, Math.floor(defaultThreads() / (options.jobs ?? 1))),
    data_folder: options.data === undefined ? null : portableRelative(runs, resolve(options.data)),
    steps: options.steps ?? null,
    trials: proposed,
  };
  await searchFile.write(path, file);
  return withFileLock(path, () => runSearch(path, file, options, compiled));
}

/**
 * Completes a search: trials that have ended stay as they are, those that were interrupted continue to the bit, and the
 * others are trained.
 *
 * @throws UserError of kind `data` if the specification or its data has changed since the search began; otherwise as
 * `search`.
 */
export async function resumeSearch(path: string, options: ResumeSearchOptions = {}): Promise<SearchResult> {
  checkNumbers(options);
  await searchFile.read(path);
  return withFileLock(path, async () => {
    const file = await searchFile.read(path);
    const entry = resolve(dirname(resolve(path)), file.specification);
    const compiled = compileFile(entry, file.set);
    const hashes = hashesOf(compiled);
    const changed = Object.keys({ ...hashes, ...file.sources }).find((name) => hashes[name] !== file.sources[name]);
    if (changed !== undefined)
      throw new UserError(
        "data",
        `The specification of ${shownPath(options, path)} has changed since the search began.`,
        "Restore it, or begin another search.",
      );
    await requireSameData(dirname(resolve(path)), file.trials);
    const { trials = file.trials.length } = options;
    const searched = { entry, shown: shownPath(options, entry), set: file.set };
    const method = searchMethods[file.method]({ ...file, trials });
    const all = trials > file.trials.length ? proposedTrials(searched, method, file.trials) : file.trials;
    return runSearch(path, { ...file, trials: all }, options, compiled);
  });
}

/** Trials are compared with each other, so those to come have the data that the first one had. */
async function requireSameData(runs: string, trials: readonly Trial[]): Promise<void> {
  const begun = trials.find(({ run }) => run !== null);
  if (!begun?.run) return;
  const run = new RunFolder(join(runs, begun.run));
  const lock = await readRunLock(run);
  const { compiled } = await readBundleOf(run, lock);
  requireUnchanged(changesSince(lock, await findRunData({ run, lock, compiled })));
}

async function runSearch(
  path: string,
  file: SearchFile,
  options: SearchRunOptions,
  { program: { specification }, entry }: CompiledFile,
): Promise<SearchResult> {
  const { observer = {}, jobs = 1 } = options;
  const state = new SearchState(resolve(path), file);
  const runs = dirname(state.path);
  observer.onSearch?.({ file: state.path, trials: state.trials });
  const interruption = options.interrupt
    ? { signal: options.interrupt, stop: () => {} }
    : interruptOnSignals(() => observer.onNote?.(interruptedNote));
  const { engine, threads, data_folder: data, steps, name, set } = file;
  try {
    await runTrials({
      state,
      method: searchMethods[file.method]({ ...file, trials: file.trials.length }),
      jobs,
      specification,
      runTrial: runnerOf(jobs),
      training: {
        specification: entry,
        runs,
        name,
        engine: engine !== null && isEngineChoice(engine) ? engine : null,
        threads,
        data: data === null ? null : resolve(runs, data),
        steps,
      },
      set,
      observer,
      interrupt: interruption.signal,
    });
  } finally {
    interruption.stop();
  }
  if (interruption.signal.aborted) {
    const ended = state.trials.filter((trial) => trial.state === "finished" || trial.state === "failed");
    throw new UserError(
      "interrupted",
      `The search was interrupted; ${ended.length} of its ${state.trials.length} trials have ended.`,
      `It is saved. To continue: mtl search --resume ${shellWord(shownPath(options, path))}`,
    );
  }
  return {
    file: state.path,
    trials: ranked(state.trials),
    best: bestTrial(state.trials),
    measure: scoreDisplay(specification),
    specification: entry,
    set,
  };
}

const interruptedNote =
  "Interrupted: the trials that are trained complete their step and are saved. A second Ctrl-C ends them at once; they then continue from their last checkpoints.";

function runnerOf(jobs: number): RunTrial {
  return jobs > 1 ? forkTrials(trialModule()) : trainTrial;
}

function hashesOf(compiled: CompiledFile): SearchFile["sources"] {
  return Object.fromEntries([...layOutSources(compiled).files].map(([file, text]) => [file, sha256(text)]));
}
