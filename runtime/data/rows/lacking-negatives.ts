import { targetOf } from "../../../compiler/targets/index.ts";
import type { LoadedData } from "../load-data.ts";
import type { TaskRows } from "./task-rows.ts";

/** Warnings of modalities that only training reads and that no training row has, as where the name of a column is misspelt. */
export function lackingNegatives({ tasks }: Pick<LoadedData, "tasks">): readonly string[] {
  return [...tasks.values()].flatMap((rows) => {
    const { trainsWith = [] } = targetOf(rows.task.target);
    return trainsWith
      .filter((modality) => rows.count("train") > 0 && !someRowHas(rows, modality))
      .map(
        (modality) =>
          `No training row of ${rows.task.name} has ${modality}, so it trains without hard negatives from it.`,
      );
  });
}

function someRowHas(rows: TaskRows, modality: string): boolean {
  for (const { dataset, row } of rows.of("train"))
    if (dataset.columns.get(modality)?.cell(row).kind === "present") return true;
  return false;
}
