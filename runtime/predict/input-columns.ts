import type { ResolvedDataset, ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { givenInputs } from "../../compiler/targets/given-inputs.ts";
import { suggestion } from "../data/columns/check-columns.ts";
import { fieldsOf } from "../data/columns/dataset-fields.ts";
import { type DecimalComma, numberColumns } from "../data/cells/decimal-comma.ts";
import type { Delimiter } from "../data/tables/table.ts";
import { UserError } from "../user-error.ts";

/** The columns of a table from which a modality is read. */
export interface InputColumns {
  readonly modality: string;
  /** One column, or one for each part of the value. */
  readonly columns: readonly string[];
  /** The columns that are declared as names of files. */
  readonly files: readonly string[];
  /** The numeric columns that may have decimal commas, as in the data set. */
  readonly commas?: { readonly columns: readonly string[]; readonly comma: DecimalComma };
}

export interface TableHead {
  /** The name of the table in messages. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that hold names of files because the table is a folder. */
  readonly files: readonly string[];
  /** The delimiter between its cells, if it is a text. */
  readonly delimiter?: Delimiter;
  /** The meaning of its keys: columns of a table, or the modalities themselves. */
  readonly keys: "columns" | "modalities";
}

/**
 * Finds the columns of a table that hold a task's inputs: those of the first of its data sets whose columns the table
 * has, so that a table of another name can be read. A modality may be in a column of its own name instead. Modalities
 * without columns are listed in `missing`.
 */
export function inputColumnsOf(
  specification: ResolvedSpecification,
  task: ResolvedTask,
  table: TableHead,
): readonly InputColumns[] {
  if (table.keys === "modalities")
    return givenInputs(task).map(({ modality }) => ({ modality, columns: [modality], files: [] }));
  const datasets = Object.values(specification.datasets).filter(({ tasks }) => tasks.includes(task.name));
  const read = datasets.map((dataset) => byDataset(specification, task, dataset, table));
  const whole = read.find(({ missing }) => missing.length === 0);
  if (whole) return whole.found;
  const files = filesAlone(task, table);
  if (files) return [files];
  const [first] = read[0]?.missing ?? [];
  const column = first?.columns.find((each) => !table.columns.includes(each)) ?? givenInputs(task)[0]?.modality ?? "";
  const use = first === undefined ? "" : ` for ${first.modality}`;
  throw new UserError(
    "data",
    `${table.name} has no column "${column}", which task "${task.name}" needs${use}.`,
    suggestion(column, table.columns),
  );
}

function byDataset(
  specification: ResolvedSpecification,
  task: ResolvedTask,
  dataset: ResolvedDataset,
  { columns: present, delimiter }: TableHead,
): { readonly found: readonly InputColumns[]; readonly missing: readonly InputColumns[] } {
  const found: InputColumns[] = [];
  const missing: InputColumns[] = [];
  const fields = fieldsOf(specification, dataset);
  const numbers = numberColumns(specification, dataset, fields);
  // The same as in training: an undeclared decimal comma is possible if cells are not separated by commas.
  const possible =
    dataset.decimal === undefined && delimiter !== undefined && delimiter !== "comma"
      ? ("possible" as const)
      : undefined;
  const comma = dataset.decimal === "comma" ? ("declared" as const) : possible;
  for (const { modality, columns, files } of fields.modalities) {
    const input = givenInputs(task).find((each) => each.modality === modality);
    if (input === undefined) continue;
    if (columns.every((column) => present.includes(column)))
      found.push({
        modality,
        columns,
        files,
        ...(comma === undefined
          ? {}
          : { commas: { comma, columns: columns.filter((column) => numbers.includes(column)) } }),
      });
    else if (present.includes(modality)) found.push({ modality, columns: [modality], files: [] });
    else if (!input.optional) missing.push({ modality, columns, files });
  }
  return { found, missing };
}

/** A folder of files is sufficient for a task with one modality, whatever its data set calls the column. */
function filesAlone(task: ResolvedTask, { files }: TableHead): InputColumns | undefined {
  const [only, ...others] = givenInputs(task).filter(({ optional }) => !optional);
  return only !== undefined && others.length === 0 && files.length > 0
    ? { modality: only.modality, columns: files, files: [] }
    : undefined;
}
