import { type Pass, tasksOf } from "../../compiler/stage/plan.ts";
import type { Data, SharedData } from "./data.ts";

/** The rows of a pass: those of its task, or those that its tasks share. */
export type PassRows = SharedData;

/** Opens the rows of a pass. */
export function rowsOfPass(data: Pick<Data, "rows" | "batch" | "tokens" | "shared" | "window">, pass: Pass): PassRows {
  const tasks = tasksOf(pass);
  const [task = "", ...others] = tasks;
  if (others.length === 0)
    return {
      rows: (split) => data.rows(task, split),
      positionOf: (_task, _split, row) => row,
      batch: ({ tasks: _tasks, ...request }) => data.batch({ ...request, task }),
      tokens: (split, row) => data.tokens({ task, split, row }),
    };
  if (!data.shared) throw new Error(`the data has no rows that ${tasks.join(", ")} share`);
  return data.shared(tasks);
}

/** The number of rows within which the order of a pass's training is random: the smallest that one of its tasks has. */
export function windowOfPass(data: Pick<Data, "window">, pass: Pass): number | undefined {
  const windows = tasksOf(pass).flatMap((task) => data.window?.(task) ?? []);
  return windows.length > 0 ? Math.min(...windows) : undefined;
}
