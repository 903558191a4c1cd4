import { featureOfTarget } from "../../compiler/features.ts";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Split } from "./data.ts";
import { classWeights } from "./class-weights.ts";
import { targetColumn } from "./dataset-fields.ts";
import { type FeatureStore, featureStore, slotsOf } from "./feature-store.ts";
import { candidateCount } from "./features/candidates.ts";
import type { LoadedDataset } from "./loaded-dataset.ts";
import { targetReaders } from "./targets/index.ts";
import { isMissingTarget } from "./targets/target-reader.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/** One row of a task: which row of which data set, and which row of the targets. */
export interface TaskRow {
  readonly dataset: LoadedDataset;
  readonly row: number;
  readonly target: number;
}

/** The rows of a task that have all that it needs, by split and in order of the files. */
export interface TaskRows {
  readonly task: ResolvedTask;
  readonly splits: { readonly [Name in Split]: readonly TaskRow[] };
  readonly targets: FeatureStore;
  /** Factors on the weights of rows of each class in training. */
  readonly classWeights?: readonly number[];
}

/** Rows of a data set that have a target for a task and everything that the task requires; what cannot be read is logged. */
export function usableRows(dataset: LoadedDataset, task: ResolvedTask): readonly number[] {
  const column = targetColumn(dataset.dataset, task);
  const usable: number[] = [];
  for (const [index, row] of dataset.rows.entries()) {
    if (column !== undefined && isMissingTarget(row.values[column])) continue;
    const broken = task.inputs.filter(({ modality, optional }) => !isUsable(dataset, modality, index, optional ? "optional" : "required"));
    if (broken.length === 0) usable.push(index);
  }
  return usable;
}

/** How many candidates a row has, where its task has any. */
function candidatesIn(dataset: LoadedDataset, { candidates }: ResolvedTask, row: number): number {
  const [modality] = Object.keys(candidates?.parts ?? {});
  return modality === undefined ? 1 : candidateCount(dataset.columns.get(modality)?.parsed(row));
}

function isUsable(dataset: LoadedDataset, modality: string, index: number, presence: "required" | "optional"): boolean {
  const column = dataset.columns.get(modality);
  const row = dataset.rows[index];
  if (column === undefined || row === undefined) return presence === "optional";
  const cell = column.cell(index);
  if (cell.kind === "present" || (cell.kind === "missing" && presence === "optional")) return true;
  const reason = cell.kind === "bad" ? cell.reason : `it has no ${modality}`;
  dataset.problems.add({ file: row.file, row: row.row, column: column.field.columns.join(", "), reason });
  return false;
}

/** Names of classes in the training rows of a task. */
export function classNamesOf(datasets: readonly LoadedDataset[], task: ResolvedTask): Set<string> {
  const names = new Set<string>();
  if (!("column" in task.target)) return names;
  const reader = targetReaders[task.target.kind];
  for (const dataset of datasets) {
    const column = targetColumn(dataset.dataset, task) ?? "";
    for (const index of usableRows(dataset, task)) {
      const row = dataset.rows[index];
      // A target that cannot be read is logged when it is encoded.
      if (row?.split === "train") for (const name of tolerant(() => reader.namesIn(row.values[column]))) names.add(name);
    }
  }
  return names;
}

function tolerant(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableValue) return [];
    throw error;
  }
}

/** Encodes the targets of a task; rows whose target cannot be read are logged and left out. */
export function taskRows(task: ResolvedTask, datasets: readonly LoadedDataset[], classes: ReadonlyMap<string, number>): TaskRows {
  const { target: declared } = task;
  const reader = "column" in declared ? targetReaders[declared.kind] : undefined;
  const candidates = datasets.flatMap((dataset) => usableRows(dataset, task).map((row) => ({ dataset, row })));
  const targets = featureStore("column" in declared ? [featureOfTarget(task.name, declared, task.candidates)] : [], candidates.length);
  const splits = { train: [] as TaskRow[], validation: [] as TaskRow[], test: [] as TaskRow[] };
  for (const [target, { dataset, row: index }] of candidates.entries()) {
    const row = dataset.rows[index];
    const [slot] = slotsOf(targets, target);
    if (row === undefined) continue;
    const column = targetColumn(dataset.dataset, task);
    try {
      if (reader && slot && column !== undefined) reader.encode(row.values[column], classes, slot, candidatesIn(dataset, task, index));
      splits[row.split].push({ dataset, row: index, target });
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      dataset.problems.add({ file: row.file, row: row.row, column: column ?? "", reason: error.message });
    }
  }
  const weights = classWeights(task, classes, () => splits.train.map(({ dataset, row, target }) => ({ classIndex: classOf(targets, target), weight: dataset.rows[row]?.weight ?? 0 })));
  return { task, splits, targets, ...(weights ? { classWeights: weights } : {}) };
}

/** What a row weighs in training besides its own weight. */
export function classWeightOf({ classWeights: weights, targets }: Pick<TaskRows, "classWeights" | "targets">, { target }: TaskRow): number {
  return weights?.[classOf(targets, target)] ?? 1;
}

/** The target of a task whose target is a category. */
function classOf(targets: FeatureStore, target: number): number {
  return slotsOf(targets, target)[0]?.[0] ?? -1;
}
