import type { DataProblem } from "../data.ts";
import type { Table, TableRow } from "./table.ts";

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Objects need not all have the same keys: the columns are those that any has. */
export function tableOfRecords(file: string, rows: readonly TableRow[], problems: readonly DataProblem[]): Table {
  const columns = new Set<string>();
  for (const { values } of rows) for (const column of Object.keys(values)) columns.add(column);
  return { file, columns: [...columns], rows, problems };
}
