import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import type { Split } from "../data.ts";
import type { NumberList } from "../lists/number-list.ts";
import { type TaskRow, type TaskRows, memoryOf } from "./task-rows.ts";

/** A row that some tasks share. */
export interface SharedRow {
  readonly dataset: LoadedDataset;
  readonly row: number;
  /** The row of each task, in their order; `undefined` for a task whose target the row lacks. */
  readonly tasks: readonly (TaskRow | undefined)[];
}

/** The rows of a split: of each the positions, plus 1, in the splits of the tasks; 0 for a task whose target the row lacks. */
interface SplitRows {
  readonly length: number;
  readonly positions: readonly NumberList[];
}

/** The rows that at least one of some tasks over the same data sets has, by split and in the order of the files. */
export class SharedRows {
  readonly #tasks: readonly TaskRows[];
  readonly #splits = new Map<Split, SplitRows>();

  constructor(tasks: readonly TaskRows[]) {
    this.#tasks = tasks;
  }

  count(split: Split): number {
    return this.#rowsOf(split).length;
  }

  at(split: Split, position: number): SharedRow {
    const tasks = this.#tasks.map((task, index) => {
      const own = this.positionOf(index, split, position);
      return own === undefined ? undefined : task.at(split, own);
    });
    const first = tasks.find((row) => row !== undefined);
    if (!first) throw new Error(`the tasks have no row ${position} in ${split}`);
    return { dataset: first.dataset, row: first.row, tasks };
  }

  /** The position of a row among those of one of the tasks; `undefined` if it lacks the task's target. */
  positionOf(task: number, split: Split, position: number): number | undefined {
    const own = this.#rowsOf(split).positions[task]?.at(position) ?? 0;
    return own === 0 ? undefined : own - 1;
  }

  #rowsOf(split: Split): SplitRows {
    const known = this.#splits.get(split) ?? mergedRows(this.#tasks, split);
    this.#splits.set(split, known);
    return known;
  }
}

/** Rows of each task come in the order of the data sets and their files, so that the next row is the first of those that come next. */
function mergedRows(tasks: readonly TaskRows[], split: Split): SplitRows {
  const memory = memoryOf(tasks.flatMap(({ datasets }) => datasets));
  const positions = tasks.map(() => memory.numbers("uint32"));
  const next = tasks.map(() => 0);
  let length = 0;
  for (;;) {
    const rows = tasks.map((task, index) => {
      const position = next[index] ?? 0;
      return position < task.count(split) ? placeOf(task, split, position) : undefined;
    });
    const first = rows.reduce((least, row) => (row && (!least || isBefore(row, least)) ? row : least), undefined);
    if (!first) return { length, positions };
    for (const [index, row] of rows.entries()) {
      const isHere = row !== undefined && !isBefore(first, row);
      positions[index]?.push(isHere ? (next[index] ?? 0) + 1 : 0);
      if (isHere) next[index] = (next[index] ?? 0) + 1;
    }
    length++;
  }
}

interface RowPlace {
  readonly dataset: number;
  readonly row: number;
}

function placeOf(task: TaskRows, split: Split, position: number): RowPlace {
  const { dataset, row } = task.at(split, position);
  return { dataset: task.datasets.indexOf(dataset), row };
}

function isBefore(left: RowPlace, right: RowPlace): boolean {
  return left.dataset === right.dataset ? left.row < right.row : left.dataset < right.dataset;
}
