import { sourcesOutside } from "../../compiler/stage/warm-sources.ts";
import { existsSync, readdir } from "../host/files.ts";
import { basename, dirname, join } from "../host/paths.ts";
import { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import type { CompiledSpecification } from "../compile.ts";
import { searchedFolders } from "../data/files/data-folders.ts";
import type { Split } from "../data/data.ts";
import { realFolder } from "../data/files/file-references.ts";
import { isInside } from "../host/portable-path.ts";
import { type TaskEvaluation, readEvaluations } from "../evaluation/evaluation-file.ts";
import { readResultsFiles } from "../evaluation/results-file.ts";
import { type LoggedValue, checkMetrics, readMetrics } from "../run/metrics-log.ts";
import { isHeld } from "../run/process-lock.ts";
import { RunFolder } from "../run/run-folder.ts";
import { findRunData, runDataFolders } from "../run/run-data.ts";
import { type RunLock, checkpointsOf, readBundleOf, readRunLock } from "../run/run-lock.ts";
import { type RunSet, readRunSet, runSetName } from "../run/run-set-file.ts";
import { type StartReport, startReportFile } from "../pretrained/start-report.ts";
import { asUserError } from "../files/system-failure.ts";
import type { Program } from "../train/program.ts";
import { UserError } from "../user-error.ts";

/** A value of a run's last evaluation on a split; `null` is not defined. */
export interface Result {
  readonly task: string;
  readonly split: Split;
  readonly name: string;
  readonly value: number | null;
  /** The value of a constant prediction (`constantPrediction`). Absent if it was not measured. */
  readonly floor?: number | null;
  /** The value when the last stage that trained the task ended, if a later stage has changed its weights. */
  readonly own?: { readonly stage: string; readonly value: number | null };
}

/** The facts of a run's folder that are quick to read. */
export interface RunSummary {
  /** `names-0001`. */
  readonly name: string;
  readonly path: string;
  readonly lock: RunLock;
  /** Updates of the newest checkpoint. */
  readonly steps: number;
  /** `running` where a process is at work in it; `unfinished` can be resumed. */
  readonly state: "finished" | "running" | "unfinished";
  readonly results: readonly Result[];
}

/** The record of a run, which in addition to its summary requires compiling its specification and reading its log. */
export interface RunRecord extends RunSummary {
  readonly program: Program;
  /** Path of the run's own copy of its specification. */
  readonly entry: string;
  /** Shape of each weight of the last stage, by name. */
  readonly weights: ReadonlyMap<string, readonly number[]>;
  readonly events: readonly LoggedValue[];
  readonly evaluations: readonly TaskEvaluation[];
  /** Folders in which its data may be, most likely first. */
  readonly dataFolders: readonly string[];
  /** Reports of the stages that began with weights from outside. */
  readonly starts: readonly StartReport[];
}

export async function readRunSummary(path: string): Promise<RunSummary> {
  const folder = new RunFolder(path);
  const lock = await readRunLock(folder);
  // By names alone: a list of runs should not read gigabytes, and a damaged checkpoint is the business of who resumes.
  const newest = (await new CheckpointFolder(folder.checkpoints).names()).at(-1);
  const isFinished = existsSync(join(folder.model, "model.safetensors"));
  const state = (await isHeld(folder.processLock)) ? "running" : isFinished ? "finished" : "unfinished";
  return {
    name: basename(folder.path),
    path: folder.path,
    lock,
    steps: Number(newest?.replace(/^step-/, "") ?? 0),
    state,
    results: await readResults(folder),
  };
}

/** A run of which not even that can be read. */
export interface DamagedRun extends Pick<RunSummary, "name" | "path"> {
  readonly state: "damaged";
  readonly reason: string;
}

/** The same as `readRunSummary`; among many runs a damaged one affects only its own line. */
export async function readRunOrDamage(path: string): Promise<RunSummary | DamagedRun> {
  try {
    return await readRunSummary(path);
  } catch (cause) {
    const error = asUserError(cause);
    if (!(error instanceof UserError)) throw error;
    return { name: basename(path), path, state: "damaged", reason: error.message };
  }
}

export async function readRun(path: string): Promise<RunRecord> {
  const summary = await readRunSummary(path);
  const folder = new RunFolder(path);
  const { compiled } = await readBundleOf(folder, summary.lock);
  const { program, entry } = compiled;
  const events: LoggedValue[] = [];
  const newest = (await checkpointsOf(folder, summary.lock).names()).at(-1);
  if (newest !== undefined) await checkMetrics(folder.metrics, await checkpointsOf(folder, summary.lock).state(newest));
  for await (const event of readMetrics(folder.metrics)) events.push(event);
  const last = program.specification.stages.at(-1);
  const weights = last ? program.plan(last.name).weights : [];
  return {
    ...summary,
    program,
    entry,
    weights: new Map(weights.map(({ name, shape }) => [name, shape])),
    events,
    evaluations: await readEvaluations(folder),
    starts: await readStarts(folder, program),
    dataFolders: await trustedFolders(folder, summary.lock, compiled),
  };
}

/**
 * The folders whose pictures a report may show: those of the run's own project, and another one only if it contains
 * exactly the data that the run began with. The folders that a run names are not trusted, because its author may not
 * be.
 */
async function trustedFolders(
  run: RunFolder,
  lock: RunLock,
  compiled: CompiledSpecification,
): Promise<readonly string[]> {
  const folders = await runDataFolders(run, lock);
  const project = await realFolder(dirname(dirname(run.path)));
  const real = await Promise.all(folders.map(realFolder));
  const own = folders.filter((_, index) => isInside(project, real[index] ?? ""));
  if (own.length === folders.length) return own;
  const found = await findRunData({ run, lock, compiled }).catch(() => undefined);
  return found?.changed.length === 0 ? [...new Set([...own, ...searchedFolders(found.folders)])] : own;
}

async function readStarts(folder: RunFolder, { specification }: Program): Promise<readonly StartReport[]> {
  const paths = specification.stages
    .flatMap((stage) => sourcesOutside(stage).map((_, source) => folder.start({ stage: stage.name, source })))
    .filter((path) => existsSync(path));
  return Promise.all(paths.map((path) => startReportFile.read(path)));
}

async function readResults(folder: RunFolder): Promise<readonly Result[]> {
  return (await readResultsFiles(folder)).flatMap(({ split, values }) => values.map((value) => ({ ...value, split })));
}

/** Paths of the run folders below a folder, by name; of a run's own folder that alone. */
export async function findRuns(runs: string): Promise<readonly string[]> {
  if (existsSync(new RunFolder(runs).lock)) return [runs];
  const entries = await readdir(runs, { withFileTypes: true }).catch((cause: unknown) => {
    throw new UserError(
      "usage",
      `There are no runs in "${runs}".`,
      "Train one: `mtl train FILE.mtl`, or name the folder of the runs.",
      { cause },
    );
  });
  const found: string[] = [];
  for (const entry of entries
    .filter((each) => each.isDirectory())
    .map((each) => each.name)
    .sort()) {
    const folder = new RunFolder(`${runs}/${entry}`);
    if (existsSync(folder.lock)) found.push(folder.path);
  }
  return found;
}

/**
 * Lists the runs in a folder, with their state and results. A damaged run has an entry that says so.
 *
 * @param runs - The folder of run folders, or one run folder.
 * @throws UserError of kind `usage` if there is no such folder.
 */
export async function listRuns(runs: string): Promise<readonly (RunSummary | DamagedRun)[]> {
  return Promise.all((await findRuns(runs)).map(readRunOrDamage));
}

/** The files of `--seeds` and `--folds` in a folder, by name; one that is being begun is empty yet. */
export async function findRunSets(runs: string): Promise<ReadonlyMap<string, RunSet>> {
  const names = (await readdir(runs)).filter((name) => runSetName.test(name)).sort();
  const found = await Promise.all(
    names.map(
      async (name) => [name.replace(/\.json$/, ""), await readRunSet(join(runs, name)).catch(() => undefined)] as const,
    ),
  );
  return new Map(found.flatMap(([name, file]) => (file ? [[name, file] as const] : [])));
}
