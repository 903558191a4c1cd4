import type { StoredData } from "../columns/feature-store.ts";

/** How a task's target is read from its column. Functions throw `UnreadableValue`. */
export interface TargetReader {
  /** Names of classes in a cell, for fitting; none for numbers. */
  namesIn(value: unknown): readonly string[];
  /** Writes the target of one row. `classes` are the task's, in the order of the logits; `candidates` is how many the row has. */
  encode(value: unknown, classes: ReadonlyMap<string, number>, slot: StoredData, candidates: number): void;
}

/** A row without it counts for other tasks only. `missing` are cells that say nothing besides empty ones. */
export function isMissingTarget(value: unknown, missing: readonly string[]): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === "string" && (value.trim() === "" || missing.includes(value.trim())))
  );
}
