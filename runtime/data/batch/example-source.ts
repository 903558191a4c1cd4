import { counted } from "../../../compiler/counted.ts";
import type { ResolvedModality, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { givenInputs } from "../../../compiler/targets/given-inputs.ts";
import { type DataFolders, nameWithin } from "../files/data-folders.ts";
import { pictureUri } from "../features/image.ts";
import type { TableCells } from "../features/table.ts";
import type { ModalityColumn } from "../columns/modality-column.ts";
import { NumberGrid } from "../cells/number-grid.ts";
import type { TaskRow } from "../rows/task-rows.ts";

/** An example as it is in its data set, for display. */
export interface ExampleSource {
  /** The key of its row, as in `Batch.keys`. */
  readonly key: string;
  readonly file: string;
  /** The row's number as an editor counts it. */
  readonly row: number;
  /** The task's inputs of this example, without a text that it generates. */
  readonly inputs: readonly ExampleInput[];
}

export interface ExampleInput {
  readonly modality: string;
  readonly kind: ResolvedModality["kind"];
  /** The text, or the numbers as text: one string for each candidate, or for each column of a table. */
  readonly texts: readonly string[];
  /**
   * The files, relative to the folder that the data's paths are relative to. A picture without a file is given as a
   * data URI.
   */
  readonly files: readonly string[];
}

export function keyOf({ dataset, row }: Pick<TaskRow, "dataset" | "row">): string {
  return `${dataset.dataset.name}/${dataset.rows.source(row).file}:${dataset.rows.number(row)}`;
}

export async function exampleSource(
  taskRow: TaskRow,
  { tasks, modalities }: ResolvedSpecification,
  task: string,
  folders: DataFolders,
): Promise<ExampleSource> {
  const { rows } = taskRow.dataset;
  const { file, references } = rows.source(taskRow.row);
  const row = rows.number(taskRow.row);
  const inputs: ExampleInput[] = [];
  const declared = tasks[task];
  for (const { modality: name } of declared ? givenInputs(declared) : []) {
    const [column, modality] = [taskRow.dataset.columns.get(name), modalities[name]];
    if (column === undefined || modality === undefined || column.cell(taskRow.row).kind !== "present") continue;
    const texts: string[] = [];
    const files: string[] = [];
    for (const value of column.valuesOf(taskRow.row)) {
      if (modality.kind === "text") texts.push(clipped((value as readonly string[]).join(" / ")));
      else if (modality.kind === "table") texts.push(...namedCells(column, value as TableCells));
      else if (modality.kind === "image" && typeof value !== "string")
        files.push(await pictureUri(value as Uint8Array | NumberGrid));
      else for (const part of [value].flat()) await describePart(part, { texts, files });
    }
    inputs.push({ modality: name, kind: modality.kind, texts, files });
  }
  return { key: keyOf(taskRow), file, row, inputs };

  async function describePart(
    part: unknown,
    into: { readonly texts: string[]; readonly files: string[] },
  ): Promise<void> {
    if (typeof part === "string" && part.startsWith("data:")) into.files.push(part);
    else if (typeof part === "string") {
      const path = await references(part).catch(() => undefined);
      if (path === undefined) into.texts.push(clipped(part));
      else into.files.push(await nameWithin(path, folders));
    } else into.texts.push(summary(part));
  }
}

function namedCells({ field }: ModalityColumn, cells: TableCells): readonly string[] {
  return cells.map((cell, index) => `${field.columns[index] ?? index}: ${cell === undefined ? "—" : String(cell)}`);
}

const mostCharacters = 1000;

function clipped(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** Numbers as text. Only the first ones are listed. */
function summary(value: unknown): string {
  if (value instanceof NumberGrid) return `${value.shape.join(" × ")}: ${clipped(value.data.slice(0, 100).join(", "))}`;
  if (value instanceof Uint8Array) return counted(value.length, "byte");
  if (ArrayBuffer.isView(value))
    return clipped(
      Array.from(value as Float64Array)
        .slice(0, 100)
        .join(", "),
    );
  return clipped(JSON.stringify(value) ?? "");
}
