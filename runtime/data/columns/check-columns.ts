import { nearestName } from "../../../compiler/diagnostics/nearest.ts";
import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { type DatasetFields, targetColumn } from "./dataset-fields.ts";
import { abridged, abridgedList } from "../cells/abridged.ts";

export interface TableHead {
  /** As messages name it. */
  readonly file: string;
  readonly columns: readonly string[];
}

/** Every column that the specification names is in the table; else a `UserError` says which is not, and which was meant. */
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
  /** It may be missing where all of these are. */
  readonly unless?: readonly string[];
}

/** The columns of a data set's tables that the specification names. */
export function usedColumns(dataset: ResolvedDataset, { tasks, modalities }: DatasetFields): readonly UsedColumn[] {
  const used: UsedColumn[] = [];
  for (const { modality, columns, presence, naming } of modalities) {
    // A data set may lack an optional modality altogether, as long as it does not claim to have it.
    const absence = presence === "optional" && naming === "own" ? { unless: columns } : {};
    for (const column of columns) used.push({ column, use: `modality "${modality}"`, ...absence });
  }
  for (const task of tasks) {
    const column = targetColumn(dataset, task);
    if (column !== undefined) used.push({ column, use: `the target of task "${task.name}"` });
  }
  if (dataset.weight !== undefined) used.push({ column: dataset.weight, use: "the weight of its rows" });
  if (dataset.split.kind === "column") used.push({ column: dataset.split.column, use: "its split" });
  else if (dataset.split.group !== undefined) used.push({ column: dataset.split.group, use: "the group of its split" });
  return used;
}

/** What to do where a column is not among those of a table. */
export function suggestion(column: string, columns: readonly string[]): string {
  if (columns.length === 0) return "The file has no columns at all: give it a header row.";
  const meant = nearestName(column, columns);
  return `${meant === undefined ? "" : `Did you mean "${meant}"? `}Its columns are: ${abridgedList(columns)}.`;
}
