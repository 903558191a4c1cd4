import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import type { DatasetRow } from "./read-dataset.ts";
import { contentOf, numberOf } from "./split.ts";

/** A data set's rows without those of the training split that it is not to use, in the same order. */
export function chooseRows<Row extends Pick<DatasetRow, "values" | "split">>(rows: readonly Row[], { rows: choice }: Pick<ResolvedDataset, "rows">): readonly Row[] {
  if (choice === undefined) return rows;
  const training = rows.filter(({ split }) => split === "train");
  const { unit, value } = choice.size;
  const count = unit === "rows" ? value : Math.max(Math.round(value * training.length), 1);
  // The rows of the least numbers, so that fewer of them are among more of them.
  const numbered = training.map((row) => ({ row, number: numberOf(`sample ${choice.draw} ${contentOf(row.values)}`) })).sort((left, right) => left.number - right.number);
  const chosen = new Set(numbered.slice(0, count).map(({ row }) => row));
  return rows.filter((row) => row.split !== "train" || chosen.has(row));
}
