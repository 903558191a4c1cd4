import type { ResolvedDataset, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import { tableColumns } from "../../../compiler/features/table-columns.ts";
import { type DatasetFields, targetColumn } from "../columns/dataset-fields.ts";
import type { RowValues } from "../tables/table.ts";

/** The columns of a data set that are read as numbers. */
export function numberColumns(
  { modalities }: Pick<ResolvedSpecification, "modalities">,
  dataset: ResolvedDataset,
  fields: DatasetFields,
): readonly string[] {
  const ofTables = fields.modalities.flatMap(({ modality: name, columns }) => {
    const modality = modalities[name];
    return modality?.kind === "table"
      ? columns.filter((_, index) => tableColumns(modality)[index]?.kind === "numeric")
      : [];
  });
  const targets = fields.tasks
    .filter(({ target }) => targetOf(target).numbers)
    .map((task) => targetColumn(dataset, task));
  return [...ofTables, ...targets, dataset.weight].filter((column) => column !== undefined);
}

/** The decimal commas of a text file: the specification declares them, or they are accepted where they are found. */
export type DecimalComma = "declared" | "possible";

/** Matches `1,5`; the next one matches `1.234,5`, where points separate thousands. */
const withComma = /^[+-]?\d+,\d+(?:e[+-]?\d+)?$/i;
const withThousands = /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/;

/** The row with all numbers in these columns written with a decimal point; the same object if they already are. */
export function withPoints(values: RowValues, columns: readonly string[], comma: DecimalComma): RowValues {
  const changed: Record<string, string> = {};
  for (const column of columns) {
    const cell = Object.hasOwn(values, column) ? values[column] : undefined;
    if (typeof cell !== "string") continue;
    const text = cell.trim();
    if (withComma.test(text)) changed[column] = text.replace(",", ".");
    else if (comma === "declared" && withThousands.test(text))
      changed[column] = text.replaceAll(".", "").replace(",", ".");
  }
  return Object.keys(changed).length === 0 ? values : { ...values, ...changed };
}
