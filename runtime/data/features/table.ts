import { counted } from "../../../compiler/counted.ts";
import { featuresOfModality } from "../../../compiler/features/features.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import { type TableColumn, tableColumns } from "../../../compiler/features/table-columns.ts";
import { cellNumber } from "../cells/cell-number.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";
import { jsonCell } from "./json-cell.ts";

/**
 * The cells of a row, in the order of `tableColumns`: a number, the name of a category, or `undefined` where it is
 * missing.
 */
export type TableCells = readonly (number | string | undefined)[];

/**
 * Reads a row of a table: `ids` int32 `[columns]`, which says for each column if the row has it and which category it
 * is, and `numbers` float32 `[numeric columns]`. A raw example, or a cell that holds a whole row, may be an object by
 * the names of the columns or a list in their order; in text files as JSON.
 */
export function tableReader(
  name: string,
  modality: ModalityOf<"table">,
  { numbersBeforeStandardising: keptAs }: Pick<Rules, "numbersBeforeStandardising">,
): FeatureReader<TableCells> {
  const columns = tableColumns(modality);
  const isEmpty = (cell: unknown): boolean =>
    cell === undefined ||
    cell === null ||
    Number.isNaN(cell) ||
    (typeof cell === "string" && (cell.trim() === "" || modality.missing.includes(cell.trim())));
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "fitted",
    standardised: { features: [`${name}.numbers`], keptAs },
    isMissing: (given) => {
      const value = opened(given, columns);
      const cells =
        Array.isArray(value) || typeof value !== "object" ? cellsOf(value, columns) : Object.values(value ?? {});
      return cells !== undefined && cells.every(isEmpty);
    },
    parse: (given) => {
      const value = opened(given, columns);
      const unknown =
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.keys(value).find((key) => !columns.some((column) => column.name === key))
          : undefined;
      if (unknown !== undefined)
        throw new UnreadableValue(
          `it has "${unknown}", which is not one of its columns: ${columns.map((column) => column.name).join(", ")}`,
        );
      const cells = cellsOf(value, columns);
      if (cells?.length !== columns.length)
        throw new UnreadableValue(
          `it has ${cells ? counted(cells.length, "cell") : "no cells"} where ${counted(columns.length, "column is", "columns are")} declared: ${columns.map((column) => column.name).join(", ")}`,
        );
      return columns.map((column, index) => (isEmpty(cells[index]) ? undefined : parseCell(column, cells[index])));
    },
    encode: (cells, [ids, numbers], { categoriesOf }) => {
      const categories = categoriesOf(name);
      for (const [index, column] of columns.entries()) {
        const cell = cells[index];
        if (ids) ids[index] = idOf(column, cell, categories.get(column.name));
        if (numbers && column.kind === "numeric") numbers[index] = typeof cell === "number" ? cell : Number.NaN;
      }
    },
  };
}

/** Parses the text of a whole row, if it is JSON. In a table with one column the text may also be a category. */
function opened(value: unknown, columns: readonly TableColumn[]): unknown {
  if (columns.length === 1 || typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return jsonCell(value, "a list or an object of cells");
  } catch (error) {
    if (error instanceof UnreadableValue) return value;
    throw error;
  }
}

function cellsOf(value: unknown, columns: readonly TableColumn[]): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value === "object" && value !== null)
    return columns.map(({ name }) => (value as { readonly [column: string]: unknown })[name]);
  // In a data set, the value of a table with one column is its cell, and not a list.
  return columns.length === 1 || value === undefined || value === null ? [value] : undefined;
}

function parseCell({ kind, name }: TableColumn, cell: unknown): number | string {
  if (typeof cell !== "string" && typeof cell !== "number" && typeof cell !== "bigint" && typeof cell !== "boolean")
    throw new UnreadableValue(`${name}: ${JSON.stringify(cell)} is neither a number nor a category`);
  return kind === "categorical" ? String(cell).trim() : cellNumber(cell, `${name}: `);
}

function idOf(
  column: TableColumn,
  cell: number | string | undefined,
  categories: ReadonlyMap<string, number> | undefined,
): number {
  if (cell === undefined) return column.missing;
  if (column.kind === "numeric") return column.present;
  const place = categories?.get(String(cell));
  return place === undefined ? column.unknown : column.first + place;
}
