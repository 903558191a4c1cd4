import { isNumberText } from "../cells/cell-number.ts";
import type { DatasetRows } from "../rows/dataset-rows.ts";

export interface ColumnStats {
  readonly column: string;
  /**
   * The number of rows by type of cell: `text`, `number`, `truth value`, `list`, `object`, `bytes`. Text that is a
   * number, as all numbers of CSV are, counts as a number.
   */
  readonly types: { readonly [type: string]: number };
  /** The number of rows whose cell is empty or absent. */
  readonly missing: number;
  readonly distinct: number;
}

export function columnStats(column: string, rows: DatasetRows): ColumnStats {
  const types: Record<string, number> = {};
  const distinct = new Set<unknown>();
  let missing = 0;
  for (let row = 0; row < rows.length; row++) {
    const cell = rows.cell(row, column);
    const type = typeOf(cell);
    if (type === undefined) {
      missing += 1;
      continue;
    }
    types[type] = (types[type] ?? 0) + 1;
    distinct.add(type === "list" || type === "object" ? JSON.stringify(cell) : cell);
  }
  return { column, types, missing, distinct: distinct.size };
}

function typeOf(cell: unknown): string | undefined {
  if (cell === undefined || cell === null || (typeof cell === "string" && cell.trim() === "")) return undefined;
  if (typeof cell === "string") return isNumberText(cell) ? "number" : "text";
  if (typeof cell === "number" || typeof cell === "bigint") return "number";
  if (typeof cell === "boolean") return "truth value";
  if (cell instanceof Uint8Array) return "bytes";
  return Array.isArray(cell) ? "list" : "object";
}
