import type { Data } from "../data.ts";

/**
 * Data that is restricted to some rows of each task's training split, by index. The validation split has the same rows,
 * and the test split has none. Reading draws nothing at random, so that every step sees the same.
 */
export function onlyRows(data: Data, kept: ReadonlyMap<string, readonly number[]>): Data {
  const rowsOf = (task: string): readonly number[] => kept.get(task) ?? [];
  const positionOf = (task: string, row: number): number => {
    const position = rowsOf(task)[row];
    if (position === undefined) throw new Error(`task ${task} has no row ${row}`);
    return position;
  };
  return {
    rows: (task, split) => (split === "test" ? 0 : rowsOf(task).length),
    batch: ({ task, split, rows, size, lengths, modalities }) =>
      data.batch({
        task,
        split: "train",
        rows: rows.map((row) => positionOf(task, row)),
        size,
        mode: split === "train" ? "train" : "evaluate",
        ...(lengths ? { lengths } : {}),
        ...(modalities ? { modalities } : {}),
      }),
    tokens: ({ task, row }) => data.tokens({ task, split: "train", row: positionOf(task, row) }),
    source: ({ task, row }) => data.source({ task, split: "train", row: positionOf(task, row) }),
    preprocessing: data.preprocessing,
    problems: data.problems,
    contents: data.contents,
    close: () => data.close(),
  };
}
