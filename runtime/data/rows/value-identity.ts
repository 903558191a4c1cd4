import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import { cellText, numberOf } from "./row-content.ts";

/**
 * A whole number below 2³¹ that equal values of a modality share: of 100,000 different values, about two have that of
 * another one. Values from files are equal if the contents of the files are. It is −1 for a row that has no value.
 */
export function valueIdentity({ columns }: LoadedDataset, modality: string, row: number): number {
  const column = columns.get(modality);
  const index = column?.valueIndex(row);
  if (column === undefined || index === undefined) return -1;
  const { parsed, content } = column.value(index);
  return Math.floor(numberOf(content ?? cellText(parsed)) * 2 ** 31);
}
