import { nearestName } from "../../../compiler/diagnostics/nearest.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { type DatasetFields, columnOf, targetColumn } from "./dataset-fields.ts";
import { abridged, abridgedList } from "../cells/abridged.ts";

export interface TableHead {
  /** The file's name in messages. */
  readonly file: string;
  readonly columns: readonly string[];
}

/**
 * Checks that a table has every column that the specification names. Throws a `UserError` that names the missing column
 * and similar ones.
 */
export function checkColumns({ file, columns }: TableHead, dataset: ResolvedDataset, fields: DatasetFields): void {
  const present = new Set(columns);
  for (const { column, use, unless } of usedColumns(dataset, fields)) {
    if (present.has(column) || (unless !== undefined && !unless.some((other) => present.has(other)))) continue;
    throw new UserError(
      "data",
      `${file} has no column "${abridged(column)}", which data set "${dataset.name}" needs for ${use}.`,
      suggestion(column, columns),
    );
  }
}

interface UsedColumn {
  readonly column: string;
  readonly use: string;
  /** The column may be missing if all of these are missing. */
  readonly unless?: readonly string[];
}

/** The columns of a data set's tables that the specification names. */
export function usedColumns(dataset: ResolvedDataset, { tasks, modalities }: DatasetFields): readonly UsedColumn[] {
  const used: UsedColumn[] = [];
  for (const { modality, columns, presences, naming } of modalities) {
    // A data set may lack all columns of an optional modality, unless it maps the modality to columns explicitly.
    const absence = !presences.includes("required") && naming === "own" ? { unless: columns } : {};
    for (const column of columns) used.push({ column, use: `modality "${modality}"`, ...absence });
  }
  for (const task of tasks) {
    const column = targetColumn(dataset, task);
    if (column !== undefined) used.push({ column, use: `the target of task "${task.name}"` });
    const { beside } = targetOf(task.target).column ?? {};
    if (beside !== undefined)
      used.push({ column: columnOf(dataset, beside), use: `the regions that task "${task.name}" chooses from` });
    for (const listing of targetOf(task.target).drawnRows?.columns ?? [])
      used.push({ column: columnOf(dataset, listing), use: `the rows that task "${task.name}" draws from` });
  }
  if (dataset.weight !== undefined) used.push({ column: dataset.weight, use: "the weight of its rows" });
  if (dataset.split.kind === "column") used.push({ column: dataset.split.column, use: "its split" });
  else if (dataset.split.group !== undefined) used.push({ column: dataset.split.group, use: "the group of its split" });
  return used;
}

/** A hint for a column that a table does not have: similar names, or all of them. */
export function suggestion(column: string, columns: readonly string[]): string {
  if (columns.length === 0) return "The file has no columns at all: give it a header row.";
  const meant = nearestName(column, columns);
  return `${meant === undefined ? "" : `Did you mean "${meant}"? `}Its columns are: ${abridgedList(columns)}.`;
}
