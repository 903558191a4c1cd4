import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import type { ModalityColumn } from "../columns/modality-column.ts";
import { usableRows } from "./task-rows.ts";

export interface TrainingRow {
  readonly column: ModalityColumn;
  readonly row: number;
}

/**
 * The rows of the training split that have a modality and are used by some task that reads it. Everything learnt from
 * data is learnt from these.
 */
export function* trainingRows(
  { tasks }: ResolvedSpecification,
  datasets: readonly LoadedDataset[],
  modality: string,
): Generator<TrainingRow> {
  for (const dataset of datasets) {
    const column = dataset.columns.get(modality);
    if (column === undefined) continue;
    const readers = dataset.dataset.tasks
      .map((name) => tasks[name])
      .filter((task) => task?.inputs.some((input) => input.modality === modality));
    const usable = dataset.rows.memory.numbers("uint8", dataset.rows.length);
    for (const task of readers) if (task !== undefined) for (const row of usableRows(dataset, task)) usable.set(row, 1);
    for (let row = 0; row < usable.length; row++)
      if (usable.at(row) === 1 && dataset.rows.split(row) === "train" && column.cell(row).kind === "present")
        yield { column, row };
  }
}
