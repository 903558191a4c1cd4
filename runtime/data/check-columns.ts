import { closest, distance } from "fastest-levenshtein";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import { UserError } from "../user-error.ts";
import { type DatasetFields, targetColumn } from "./dataset-fields.ts";
import type { Table } from "./tables/table.ts";

/** Every column that the specification names is in the table; else a `UserError` says which is not, and which was meant. */
export function checkColumns(table: Table, dataset: ResolvedDataset, fields: DatasetFields): void {
  for (const { column, use } of neededColumns(table, dataset, fields)) {
    if (table.columns.includes(column)) continue;
    throw new UserError("data", `${table.file} has no column "${column}", which data set "${dataset.name}" needs for ${use}.`, suggestion(column, table.columns));
  }
}

interface NeededColumn {
  readonly column: string;
  readonly use: string;
}

function neededColumns({ columns: present }: Table, dataset: ResolvedDataset, { tasks, modalities }: DatasetFields): readonly NeededColumn[] {
  const needed: NeededColumn[] = [];
  for (const { modality, columns, presence, naming } of modalities) {
    // A data set may lack an optional modality altogether, as long as it does not claim to have it.
    if (presence === "optional" && naming === "own" && !columns.some((column) => present.includes(column))) continue;
    for (const column of columns) needed.push({ column, use: `modality "${modality}"` });
  }
  for (const task of tasks) {
    const column = targetColumn(dataset, task);
    if (column !== undefined) needed.push({ column, use: `the target of task "${task.name}"` });
  }
  if (dataset.weight !== undefined) needed.push({ column: dataset.weight, use: "the weight of its rows" });
  if (dataset.split.kind === "column") needed.push({ column: dataset.split.column, use: "its split" });
  else if (dataset.split.group !== undefined) needed.push({ column: dataset.split.group, use: "the group of its split" });
  return needed;
}

function suggestion(column: string, columns: readonly string[]): string {
  if (columns.length === 0) return "The file has no columns at all: give it a header row.";
  const nearest = closest(column, columns);
  const meant = distance(column, nearest) <= Math.max(1, Math.floor(column.length * 0.4)) ? `Did you mean "${nearest}"? ` : "";
  return `${meant}Its columns are: ${columns.map((name) => `"${name}"`).join(", ")}.`;
}
