import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type DataProblem, type Split, splitNames } from "../data.ts";
import { targetColumn, taskNamed } from "../columns/dataset-fields.ts";
import { loadData, type LoadedData, type OpenDataOptions } from "../load-data.ts";
import { closeDatasets, type LoadedDataset } from "../columns/loaded-dataset.ts";
import type { ModalityColumn } from "../columns/modality-column.ts";
import type { DatasetRows } from "../rows/dataset-rows.ts";
import type { TaskRow } from "../rows/task-rows.ts";
import { refusals } from "../refusals.ts";
import { runtimeTargetOf } from "../../targets/index.ts";
import { type ColumnStats, columnStats } from "./column-stats.ts";
import { type Leak, findLeaks } from "./leaks.ts";
import { type ModalityValues, modalityFigures } from "./modality-figures.ts";
import type { Figures } from "./quantiles.ts";
import { type TargetAmongInputs, targetsAmongInputs } from "./targets-among-inputs.ts";

type BySplit<Value> = { readonly [Name in Split]: Value };

export interface DatasetStats {
  readonly dataset: string;
  /** The number of rows that could be assigned to a split. */
  readonly rows: BySplit<number>;
  /** The rows and cells that are left out, by column and reason. */
  readonly dropped: readonly DroppedRows[];
  readonly columns: readonly ColumnStats[];
  readonly modalities: readonly {
    readonly modality: string;
    readonly kind: string;
    readonly splits: BySplit<Figures>;
  }[];
  readonly tasks: readonly TaskStats[];
}

export interface DroppedRows {
  readonly column?: string;
  /** The reason, with `…` for the part that differs between rows. */
  readonly reason: string;
  readonly rows: number;
  readonly first: DataProblem;
}

export interface TaskStats {
  readonly task: string;
  readonly kind: string;
  /** The number of rows that have the target and all required inputs. */
  readonly labelled: BySplit<number>;
  /**
   * The names of the classes in the order of the outputs, because an object does not keep this order for names that
   * look like integers. Absent if there are no classes.
   */
  readonly classNames?: readonly string[];
  /** The number of rows of each class. */
  readonly classes?: { readonly [name: string]: BySplit<number> };
}

export interface DataStats {
  readonly datasets: readonly DatasetStats[];
  readonly leaks: readonly Leak[];
  /** Columns among the inputs that give away the target of a task. */
  readonly targets: readonly TargetAmongInputs[];
  /** The reasons why training on this data would end before its first step; absent if it would not. */
  readonly refused?: readonly string[];
}

/** Reads data with these options, and describes it. Bad rows are counted, and are not an error. */
export async function statsOf(options: OpenDataOptions): Promise<DataStats> {
  const loaded = await loadData({ ...options, keep: "all" });
  const stats: DatasetStats[] = [];
  for (const dataset of loaded.datasets) {
    stats.push({
      dataset: dataset.dataset.name,
      rows: countBySplit(dataset.rows),
      // The tasks are counted first, since that finds the last problems.
      dropped: droppedRows(dataset.problems.list()),
      columns: dataset.rows.columns.map((column) => columnStats(column, dataset.rows)),
      modalities: await modalityStats(options.specification, dataset, loaded),
      tasks: dataset.dataset.tasks.map((name) =>
        taskStats(taskNamed(options.specification.tasks, name), dataset, loaded),
      ),
    });
  }
  const leaks = findLeaks(options.specification, loaded);
  const targets = targetsAmongInputs(loaded);
  const refused = refusals(loaded).map(({ message, help }) => (help === undefined ? message : `${message}\n${help}`));
  await closeDatasets(loaded.datasets);
  return { datasets: stats, leaks, targets, ...(refused.length > 0 ? { refused } : {}) };
}

function countBySplit(rows: DatasetRows): BySplit<number> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (let row = 0; row < rows.length; row++) counts[rows.split(row)] += 1;
  return counts;
}

function bySplit<Value>(of: (split: Split) => Value): BySplit<Value> {
  return { train: of("train"), validation: of("validation"), test: of("test") };
}

/** Groups problems that differ only in the value that they quote. */
function droppedRows(problems: readonly DataProblem[]): readonly DroppedRows[] {
  const kinds = new Map<string, { first: DataProblem; reason: string; rows: number }>();
  for (const problem of problems) {
    const reason = problem.reason.replaceAll(/"(?:[^"\\]|\\.)*"/g, "…").replaceAll(/\d+/g, "…");
    const key = JSON.stringify([problem.column, reason]);
    const kind = kinds.get(key) ?? { first: problem, reason, rows: 0 };
    kind.rows += 1;
    kinds.set(key, kind);
  }
  return [...kinds.values()].map(({ first, reason, rows }) => ({
    ...(first.column === undefined ? {} : { column: first.column }),
    reason: rows === 1 ? first.reason : reason,
    rows,
    first,
  }));
}

async function modalityStats(
  { modalities }: ResolvedSpecification,
  dataset: LoadedDataset,
  { fitted }: LoadedData,
): Promise<DatasetStats["modalities"]> {
  const stats = [];
  for (const [name, column] of dataset.columns) {
    const modality = modalities[name];
    if (modality === undefined) continue;
    const figures = new Map<Split, Figures>();
    for (const split of splitNames) {
      const having = [...rowsHaving(dataset, column, split)];
      figures.set(split, {
        values: having.length,
        ...(having.length === 0 ? {} : await modalityFigures(modality, { modality: name, values: having, fitted })),
      });
    }
    stats.push({ modality: name, kind: modality.kind, splits: bySplit((split) => figures.get(split) ?? {}) });
  }
  return stats;
}

function* rowsHaving(
  { rows }: LoadedDataset,
  column: ModalityColumn,
  split: Split,
): Generator<ModalityValues["values"][number]> {
  for (let row = 0; row < rows.length; row++) {
    if (rows.split(row) !== split || column.cell(row).kind !== "present") continue;
    for (const parsed of column.valuesOf(row)) yield { parsed, references: rows.source(row).references };
  }
}

function taskStats(task: ResolvedTask, dataset: LoadedDataset, { tasks, preprocessing }: LoadedData): TaskStats {
  const rowsOf = (split: Split): readonly TaskRow[] =>
    [...(tasks.get(task.name)?.of(split) ?? [])].filter((row) => row.dataset === dataset);
  const stats = { task: task.name, kind: task.target.kind, labelled: bySplit((split) => rowsOf(split).length) };
  const names = preprocessing.classes[task.name];
  const column = targetColumn(dataset.dataset, task);
  const reader = runtimeTargetOf(task.target).column;
  if (names === undefined || column === undefined || !reader) return stats;
  const counts = new Map(names.map((name) => [name, { train: 0, validation: 0, test: 0 }]));
  for (const split of splitNames) {
    for (const { row } of rowsOf(split)) {
      for (const name of reader.namesIn(dataset.rows.cell(row, column))) {
        const count = counts.get(name);
        if (count !== undefined) count[split] += 1;
      }
    }
  }
  return { ...stats, classNames: names, classes: Object.fromEntries(counts) };
}
