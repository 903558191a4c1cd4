import { existsSync, stat } from "../host/files.ts";
import { basename, dirname, resolve } from "../host/paths.ts";
import { counted } from "../../compiler/counted.ts";
import { hasWildcards } from "../../compiler/globs/parse-glob.ts";
import type { ResolvedDataset, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { checkColumns } from "../data/columns/check-columns.ts";
import type { DataFolders } from "../data/files/data-folders.ts";
import { fieldsOf } from "../data/columns/dataset-fields.ts";
import { datasetFiles } from "../data/files/dataset-files.ts";
import { openData } from "../data/open-data.ts";
import { problemText } from "../data/problem-log.ts";
import { rowPieces } from "../data/tables/row-pieces.ts";
import { streamTable } from "../data/tables/read-table.ts";
import { withDecoding } from "../decode/decoding-choice.ts";
import { defaultThreads, openEngine } from "../engines/open-engine.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { type Trained, readTrained } from "./read-trained.ts";
import { RunFolder } from "../run/run-folder.ts";
import { chosenTasks } from "./task-checkpoints.ts";
import { type TasksEvaluation, evaluateTasks } from "../evaluation/evaluate-tasks.ts";
import { weightsOfCheckpoints } from "./trained-weights.ts";
import { UserError } from "../user-error.ts";

export type ScoreOptions = Omit<EvaluateOptions, "data">;

/**
 * Measures a trained model on every row of a labelled table (or of several, by a pattern, or of a folder of classes),
 * whose columns are those of the model's data sets. Tasks without columns in the table are left out. Nothing is
 * written, because the table is not part of the run's data.
 */
export async function scoreTable(run: string, table: string, options: ScoreOptions = {}): Promise<TasksEvaluation> {
  const { bundle, tasks: served, weights } = await trained(run, options);
  const program = withDecoding(bundle.compiled.program, options.decode);
  const tasks = served.map(({ task }) => task);
  const folders = foldersOf(table);
  const scored = await labelled(program.specification, tasks, folders);
  const engine = await openEngine({
    threads: options.threads ?? defaultThreads(),
    ...(options.engine ? { engine: options.engine } : {}),
  });
  try {
    const labelledTasks = new Set(Object.values(scored.datasets).flatMap((dataset) => dataset.tasks));
    const data = await openData({
      specification: scored,
      ...folders.folders,
      preprocessing: bundle.preprocessing,
      cache: "none",
    });
    try {
      const [first] = data.problems;
      if (first)
        options.onNote?.(
          `${counted(data.problems.length, "bad row is", "bad rows are")} left out; the first is ${problemText(first)}.`,
        );
      const { values, tasks: seen } = await evaluateTasks({
        program,
        weights,
        splits: ["test"],
        tasks: served.filter(({ task }) => labelledTasks.has(task)),
        data,
        engine,
      });
      // Constant baselines are computed from training rows, and a table has none.
      return { values: values.map(({ floor: _floor, ...value }) => value), tasks: seen };
    } finally {
      await data.close();
    }
  } finally {
    await engine.dispose();
  }
}

/**
 * True if a path that a user calls data is a table to be measured on, and not a folder in which the paths of a run's
 * data sets start.
 */
export async function isScoredTable(run: string, path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return hasWildcards(path);
  if (!found.isDirectory()) return true;
  const { bundle } = await readTrained(run);
  const datasets = Object.values(bundle.compiled.program.specification.datasets);
  const within = await Promise.all(
    datasets.map((dataset) =>
      datasetFiles(dataset, { root: path }).then(
        () => true,
        () => false,
      ),
    ),
  );
  return !within.some(Boolean);
}

async function trained(run: string, { checkpoint, stage, onNote }: ScoreOptions): Promise<Trained> {
  const found = await readTrained(run, stage);
  if (checkpoint === undefined || !existsSync(new RunFolder(run).checkpoints)) return found;
  const checkpoints = new CheckpointFolder(new RunFolder(run).checkpoints);
  const { specification } = found.bundle.compiled.program;
  const tasks = await chosenTasks(specification, checkpoints, { checkpoint, stage, onNote });
  return { ...found, tasks, weights: weightsOfCheckpoints(checkpoints, tasks, specification.renamed) };
}

interface TablePlace {
  readonly folders: DataFolders;
  /** Relative to the folder. */
  readonly path: string;
}

/** The files of a table are relative to its folder, as in a data set. */
function foldersOf(table: string): TablePlace {
  const path = resolve(table);
  if (!hasWildcards(path) || existsSync(path)) return { folders: { root: dirname(path) }, path: basename(path) };
  // The root of a pattern is the folder before its first wildcard.
  let root = dirname(path);
  while (hasWildcards(root)) root = dirname(root);
  return { folders: { root }, path: path.slice(root.length + 1) };
}

/**
 * The data sets whose columns are in the table, each with the tasks that no other one has, and all rows as test rows.
 */
async function labelled(
  specification: ResolvedSpecification,
  tasks: readonly string[],
  { folders, path }: TablePlace,
): Promise<ResolvedSpecification> {
  const datasets: Record<string, ResolvedDataset> = {};
  const taken = new Set<string>();
  const failures: UserError[] = [];
  for (const dataset of Object.values(specification.datasets)) {
    const columns = await columnsOf({ folders, path }, dataset);
    const readable = dataset.tasks.filter(
      (task) =>
        tasks.includes(task) &&
        !taken.has(task) &&
        has(specification, { ...asTest(dataset, path, columns), tasks: [task] }, columns, failures),
    );
    for (const task of readable) taken.add(task);
    if (readable.length > 0) datasets[dataset.name] = { ...asTest(dataset, path, columns), tasks: readable };
  }
  if (taken.size === 0)
    throw (
      failures[0] ?? new UserError("usage", "The model has no task that a table can be measured on.", "Name a run.")
    );
  return { ...specification, datasets };
}

/**
 * A data set in which all rows of the table are test rows, with the weights of the model's data set if the table has
 * their column.
 */
function asTest(
  { rows: _rows, weight, ...dataset }: ResolvedDataset,
  path: string,
  { columns }: { readonly columns: readonly string[] },
): ResolvedDataset {
  return {
    ...dataset,
    path: { test: path },
    split: { kind: "files", validation: 0 },
    bad_rows: "report",
    ...(weight !== undefined && columns.includes(weight) ? { weight } : {}),
  };
}

function has(
  specification: ResolvedSpecification,
  dataset: ResolvedDataset,
  table: { readonly file: string; readonly columns: readonly string[] },
  failures: UserError[],
): boolean {
  try {
    checkColumns(table, dataset, fieldsOf(specification, dataset));
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    failures.push(error);
    return false;
  }
}

/** The columns of the first file. */
async function columnsOf(
  { folders, path }: TablePlace,
  { delimiter }: ResolvedDataset,
): Promise<{ readonly file: string; readonly columns: readonly string[] }> {
  const [file] = await datasetFiles({ path }, folders);
  if (file === undefined) throw new Error(`no file of ${path}`);
  for await (const { columns } of rowPieces(
    (sink) => streamTable({ ...file, ...(delimiter === undefined ? {} : { delimiter }) }, sink),
    1000,
  ))
    return { file: file.name, columns };
  return { file: file.name, columns: [] };
}
