import { targetOf } from "../../../compiler/targets/index.ts";
import { ownColumns } from "../../../compiler/features/features.ts";
import type {
  ResolvedColumns,
  ResolvedDataset,
  ResolvedModality,
  ResolvedSpecification,
  ResolvedTask,
} from "../../../compiler/schema/resolved.ts";

/** The use that a task makes of a modality. */
export type Presence = "required" | "optional";

/** The tasks of a data set, and the modalities that any of them reads. */
export interface DatasetFields {
  readonly tasks: readonly ResolvedTask[];
  readonly modalities: readonly ModalityField[];
}

export interface ModalityField {
  readonly modality: string;
  /** The different uses by its tasks. An empty text is a text to one that requires it, and none to one for which it is optional. */
  readonly presences: readonly Presence[];
  readonly columns: readonly string[];
  /** Set if some of its columns hold several candidates per row. */
  readonly candidates?: FieldCandidates;
  /**
   * `given` if the specification maps the modality to columns, `own` if they have the modality's own names by default.
   */
  readonly naming: "given" | "own";
  /** The columns that the specification declares as names of files. */
  readonly files: readonly string[];
}

export interface FieldCandidates {
  readonly most: number;
  /** For each column, whether all candidates share its value or each has its own. */
  readonly parts: readonly ("shared" | "each")[];
}

export function fieldsOf(
  { tasks: declared, modalities }: ResolvedSpecification,
  dataset: ResolvedDataset,
): DatasetFields {
  const tasks = dataset.tasks.map((name) => taskNamed(declared, name));
  const inputs = tasks.flatMap((task) => task.inputs);
  const fields = [...new Set(inputs.map(({ modality }) => modality))].map((modality): ModalityField => {
    const uses = inputs.filter((input) => input.modality === modality);
    const columns = columnsOf(dataset, modality);
    const own = [ownColumns(modality, modalities[modality])].flat();
    const candidates = candidatesOf(dataset, modality);
    return {
      modality,
      presences: [...new Set(uses.map(presenceOf))],
      columns,
      naming: columns.join("\n") === own.join("\n") ? "own" : "given",
      files: fileColumns(dataset, modality),
      ...(candidates ? { candidates } : {}),
    };
  });
  return { tasks, modalities: fields };
}

export function presenceOf({ optional }: ResolvedTask["inputs"][number]): Presence {
  return optional ? "optional" : "required";
}

export function taskNamed(tasks: ResolvedSpecification["tasks"], name: string): ResolvedTask {
  const task = tasks[name];
  if (task === undefined) throw new Error(`no task "${name}" in the resolved specification`);
  return task;
}

export function modalityNamed(
  { modalities }: Pick<ResolvedSpecification, "modalities">,
  name: string,
): ResolvedModality {
  const modality = modalities[name];
  if (modality === undefined) throw new Error(`no modality "${name}" in the resolved specification`);
  return modality;
}

/** The columns of a field: one, or one for each segment. Without a mapping, the column has the name of the field. */
function columnsOf(dataset: ResolvedDataset, field: string): readonly string[] {
  return listOf(dataset.columns[field] ?? field).map((column) => (typeof column === "string" ? column : column.column));
}

function candidatesOf(dataset: ResolvedDataset, field: string): FieldCandidates | undefined {
  const columns = listOf(dataset.columns[field] ?? field);
  const each = columns.find((column) => typeof column !== "string" && column.kind === "each");
  return typeof each === "object" && each.kind === "each"
    ? {
        most: each.max_candidates,
        parts: columns.map((column) => (typeof column !== "string" && column.kind === "each" ? "each" : "shared")),
      }
    : undefined;
}

function fileColumns(dataset: ResolvedDataset, field: string): readonly string[] {
  return listOf(dataset.columns[field] ?? field).flatMap((column) =>
    typeof column !== "string" && column.kind === "file" ? [column.column] : [],
  );
}

function listOf(columns: ResolvedColumns): Exclude<ResolvedColumns, string> {
  return typeof columns === "string" ? [columns] : columns;
}

/** The column of the table from which a field is read, if the field has one. */
export function columnOf(dataset: ResolvedDataset, field: string): string {
  return columnsOf(dataset, field)[0] ?? field;
}

/** The column of a task's target; `undefined` for a target that the reader makes. */
export function targetColumn(dataset: ResolvedDataset, { target }: ResolvedTask): string | undefined {
  const { column } = targetOf(target);
  return column && columnOf(dataset, column.name);
}
