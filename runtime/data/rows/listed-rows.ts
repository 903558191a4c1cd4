import { cellNumber } from "../cells/cell-number.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { jsonCell } from "../features/json-cell.ts";

/** The numbers of rows in a cell, counted from 0: a list, in text files as JSON. An empty cell lists none. Throws `UnreadableValue`. */
export function listedRows(cell: unknown, rows: number): readonly number[] {
  if (cell === undefined || cell === null || (typeof cell === "string" && cell.trim() === "")) return [];
  const list: unknown = typeof cell === "string" ? jsonCell(cell, "a list of rows") : cell;
  if (!Array.isArray(list)) throw new UnreadableValue("it is not a list of rows");
  const numbers = list.map((number) => cellNumber(number));
  const wrong = numbers.find((number) => !Number.isInteger(number) || number < 0 || number >= rows);
  if (wrong !== undefined)
    throw new UnreadableValue(`${wrong} is not the number of one of ${rows} rows, counted from 0`);
  return numbers;
}
