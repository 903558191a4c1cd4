import { tableColumns } from "../../../compiler/features/table-columns.ts";
import type { ModalityOf } from "../features/feature-reader.ts";
import type { TableCells } from "../features/table.ts";
import type { CountingLimit } from "../tokenizers/count-words.ts";
import { mostFrequent } from "../tokenizers/most-frequent.ts";
import { BoundedCounts } from "./bounded-counts.ts";

/**
 * The categories of each categorical column: the most frequent ones in the training split, up to the declared number.
 */
export function fitCategories(
  modality: ModalityOf<"table">,
  tables: Iterable<TableCells>,
  limit?: CountingLimit,
): { readonly [column: string]: readonly string[] } {
  const columns = tableColumns(modality);
  const counts = columns.map(() => new BoundedCounts(limit && limit.bytes / columns.length));
  for (const cells of tables) {
    for (const [index, cell] of cells.entries()) if (typeof cell === "string") counts[index]?.add(cell);
  }
  if (counts.some(({ forgot }) => forgot)) limit?.onForgotten();
  return Object.fromEntries(
    columns.flatMap((column, index) =>
      column.kind === "categorical"
        ? [[column.name, mostFrequent(counts[index]?.counts ?? new Map(), column.most)]]
        : [],
    ),
  );
}
