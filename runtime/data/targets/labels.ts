import { jsonCell } from "../features/json-cell.ts";
import { classIndex, className } from "./class-names.ts";
import type { TargetReader } from "./target-reader.ts";

/** `float32 [classes]`: 1 for each label of the row. A list of names, in text files as JSON, or names with `|` between; an empty list is a row with no label. */
export const labels: TargetReader = {
  namesIn,
  encode: (value, classes, slot) => {
    // A class may be called as JSON would be read.
    const names = typeof value === "string" && classes.has(value.trim()) ? [value.trim()] : namesIn(value);
    for (const name of names) slot[classIndex(name, classes)] = 1;
  },
};

function namesIn(value: unknown): readonly string[] {
  const given = typeof value === "string" && value.trim().startsWith("[") ? jsonCell(value, "a list of labels") : value;
  if (Array.isArray(given)) return given.map(className);
  return className(given)
    .split("|")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
