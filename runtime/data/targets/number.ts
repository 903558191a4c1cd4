import { UnreadableValue } from "../unreadable-value.ts";
import type { TargetReader } from "./target-reader.ts";

/** `float32 []`. */
export const number: TargetReader = {
  namesIn: () => [],
  encode: (value, _classes, slot) => {
    slot[0] = finiteNumber(value);
  },
};

/** A number of a JSON file, or the text of one. */
export function finiteNumber(value: unknown): number {
  const result = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof result !== "number" || !Number.isFinite(result)) throw new UnreadableValue(`${JSON.stringify(value)} is not a finite number`);
  return result;
}
