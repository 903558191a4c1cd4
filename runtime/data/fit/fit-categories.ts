import { tableColumns } from "../../../compiler/features/table-columns.ts";
import type { ModalityOf } from "../features/feature-reader.ts";
import type { TableCells } from "../features/table.ts";
import { mostFrequent } from "../tokenizers/most-frequent.ts";

/** The categories of each categorical column: the most frequent ones in the training split, as many as are declared. */
export function fitCategories(
  modality: ModalityOf<"table">,
  tables: Iterable<TableCells>,
): { readonly [column: string]: readonly string[] } {
  const columns = tableColumns(modality);
  const counts = columns.map(() => new Map<string, number>());
  for (const cells of tables) {
    for (const [index, cell] of cells.entries())
      if (typeof cell === "string") counts[index]?.set(cell, (counts[index].get(cell) ?? 0) + 1);
  }
  return Object.fromEntries(
    columns.flatMap((column, index) =>
      column.kind === "categorical" ? [[column.name, mostFrequent(counts[index] ?? new Map(), column.most)]] : [],
    ),
  );
}
