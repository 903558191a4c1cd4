import { classIndex, className } from "./class-names.ts";
import type { TargetReader } from "./target-reader.ts";

/** `float32 [classes]`: 1 for each label of the row. A list of names, or names with `|` between; an empty list is a row with no label. */
export const labels: TargetReader = {
  namesIn,
  encode: (value, classes, slot) => {
    for (const name of namesIn(value)) slot[classIndex(name, classes)] = 1;
  },
};

function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(className);
  return className(value)
    .split("|")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
