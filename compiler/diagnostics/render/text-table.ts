import { visibleText } from "./visible-text.ts";
import { displayWidth } from "./display-width.ts";

/** Rows in columns, two spaces apart. Columns named in `right` are aligned to the right. */
export function renderTable(
  header: readonly string[],
  cells: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const rows = cells.map((row) => row.map(visibleText));
  const widths = header.map((_, column) =>
    [header, ...rows].reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? "")), 0),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const space = " ".repeat((widths[column] ?? 0) - displayWidth(cell));
        return right.includes(header[column] ?? "") ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  return [header, ...rows].map((row) => `${line(row)}\n`).join("");
}
