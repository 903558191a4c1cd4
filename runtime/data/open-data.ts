import { join } from "node:path";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { UserError } from "../user-error.ts";
import { emptyBatch, featureReaders, featuresOfBatch } from "./batch-features.ts";
import type { Batch, BatchRequest, Data, Preprocessing } from "./data.ts";
import { copyRow, featureStore } from "./feature-store.ts";
import type { FeatureReader } from "./features/feature-reader.ts";
import { fitPreprocessing } from "./fit-preprocessing.ts";
import { fitStatistics } from "./fit-statistics.ts";
import { type LoadedDataset, loadDataset, type ReadingProgress } from "./loaded-dataset.ts";
import { checkPreprocessing, classIndices, type Fitted, fittedBy } from "./preprocessing.ts";
import { problemText } from "./problem-log.ts";
import { standardiseRow } from "./standardise.ts";
import { type TaskRows, taskRows } from "./task-rows.ts";

export interface OpenDataOptions {
  readonly specification: ResolvedSpecification;
  /** The folder of the specification: data paths are relative to it. */
  readonly root: string;
  /** The folder that neither data sets nor their file references may leave; by default `root`. */
  readonly dataRoot?: string;
  /** Of a model that was trained before; otherwise it is fitted on the training split. */
  readonly preprocessing?: Preprocessing;
  /** Where decoded pictures are kept between runs; by default `.cache/mtl` under `root`. */
  readonly cache?: { readonly folder: string } | "none";
  /** How many bytes of features of one modality stay in memory; what is beyond is decoded whenever it is asked for. */
  readonly memoryBytes?: number;
  /** Told after every encoded value: the first reading of many pictures takes a while. */
  readonly onProgress?: (progress: ReadingProgress) => void;
}

const defaultMemoryBytes = 2 ** 31;

/** Reads, checks, splits and encodes the data sets of a specification. Throws `UserError` of kind "data". */
export async function openData(options: OpenDataOptions): Promise<Data> {
  const { specification, root, dataRoot = root, memoryBytes = defaultMemoryBytes } = options;
  const cacheFolder = options.cache === "none" ? undefined : (options.cache?.folder ?? join(root, ".cache", "mtl"));
  if (options.preprocessing !== undefined) checkPreprocessing(specification, options.preprocessing);
  const readers = featureReaders(specification);
  let known: Fitted | undefined;
  const fittedNow = (): Fitted => {
    if (known === undefined) throw new Error("what is learnt from the training split is asked for before it is known");
    return known;
  };
  const fitted: Fitted = { encodingOf: (modality) => fittedNow().encodingOf(modality), categoriesOf: (modality) => fittedNow().categoriesOf(modality) };
  const load = { specification, folders: { root, dataRoot }, readers, fitted, cacheFolder, memoryBytes, onProgress: options.onProgress };

  const datasets: LoadedDataset[] = [];
  for (const dataset of Object.values(specification.datasets)) datasets.push(await loadDataset(dataset, load));

  const learnt = options.preprocessing ?? (await fitPreprocessing(specification, datasets, load.folders));
  known = fittedBy(learnt);
  for (const { columns } of datasets) for (const column of columns.values()) if (column.reader.kind === "fitted") await column.encode();
  const preprocessing = options.preprocessing ?? { ...learnt, ...(await fitStatistics(specification, datasets, readers)) };

  const tasks = new Map<string, TaskRows>();
  for (const task of Object.values(specification.tasks)) {
    const having = datasets.filter(({ dataset }) => dataset.tasks.includes(task.name));
    tasks.set(task.name, taskRows(task, having, classIndices(preprocessing, task.name)));
  }
  for (const dataset of datasets) refuseBadRows(dataset, tasks);
  const problems = datasets.flatMap((dataset) => dataset.problems.list());
  const rowsOf = (task: string, split: BatchRequest["split"]): TaskRows["splits"]["train"] => tasks.get(task)?.splits[split] ?? [];
  return {
    rows: (task, split) => rowsOf(task, split).length,
    batch: (request) => makeBatch(request, tasks.get(request.task), readers, preprocessing),
    preprocessing,
    problems,
    close: () => {
      tasks.clear();
      return Promise.resolve();
    },
  };
}

/** How many problems a message lists. */
const listed = 5;

function refuseBadRows({ dataset, problems }: LoadedDataset, tasks: ReadonlyMap<string, TaskRows>): void {
  const found = problems.list();
  const counted = dataset.tasks.some((name) => Object.values(tasks.get(name)?.splits ?? {}).some((rows) => rows.some((row) => row.dataset.dataset === dataset)));
  const lines = found.slice(0, listed).map((problem) => `\n  ${problemText(problem)}`);
  const examples = `${lines.join("")}${found.length > listed ? `\n  … and ${found.length - listed} more` : ""}`;
  if (!counted && found.length === 0) throw new UserError("data", `No row of data set "${dataset.name}" has a target for ${dataset.tasks.join(" or ")}.`, "Look at the column of the target.");
  if (!counted) throw new UserError("data", `No row of data set "${dataset.name}" can be used:${examples}`, "Look at the first ones: paths are relative to the data file.");
  if (found.length > 0 && dataset.bad_rows === "refuse") {
    throw new UserError("data", `Data set "${dataset.name}" has ${found.length} bad ${found.length === 1 ? "row" : "rows"}, and refuses them:${examples}`, "Repair them, or leave them out with bad_rows: report.");
  }
}

async function makeBatch({ task, split, rows, size }: BatchRequest, having: TaskRows | undefined, readers: ReadonlyMap<string, FeatureReader>, preprocessing: Preprocessing): Promise<Batch> {
  if (having === undefined) throw new Error(`no data for task "${task}"`);
  if (rows.length > size) throw new Error(`${rows.length} rows do not fit a batch of ${size}`);
  const inputs = emptyBatch(having.task, readers, size);
  const targets = featureStore(having.targets.features, size);
  const rowWeight = new Float32Array(size);
  const keys: string[] = [];
  const decoding: Promise<void>[] = [];
  for (const [at, position] of rows.entries()) {
    const taskRow = having.splits[split][position];
    const row = taskRow?.dataset.rows[taskRow.row];
    if (taskRow === undefined || row === undefined) throw new Error(`task "${task}" has no row ${position} in ${split}`);
    for (const { modality, store, present } of inputs) {
      const column = taskRow.dataset.columns.get(modality);
      if (column?.cell(taskRow.row).kind !== "present") continue;
      if (present !== undefined) present[at] = 1;
      const standardise = (): void => standardiseRow(column.reader, store, at, preprocessing);
      const decoded = column.copy(taskRow.row, store, at);
      if (decoded === undefined) standardise();
      else decoding.push(decoded.then(standardise));
    }
    copyRow(having.targets, taskRow.target, targets, at);
    rowWeight[at] = row.weight;
    keys.push(`${taskRow.dataset.dataset.name}/${row.file}:${row.row}`);
  }
  await Promise.all(decoding);
  const features = featuresOfBatch(inputs);
  for (const [index, { name }] of targets.features.entries()) features.set(name, targets.columns[index] ?? new Uint8Array(0));
  return { features, rowWeight, keys };
}
