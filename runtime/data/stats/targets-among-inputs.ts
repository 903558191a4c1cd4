import { cellText } from "../rows/row-content.ts";
import { targetColumn } from "../columns/dataset-fields.ts";
import type { LoadedData } from "../load-data.ts";
import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import type { TaskRow, TaskRows } from "../rows/task-rows.ts";

/** A column that a task reads and that gives away its target, so that the model learns nothing else. */
export interface TargetAmongInputs {
  readonly task: string;
  readonly dataset: string;
  readonly modality: string;
  readonly column: string;
  /**
   * `same`: the column holds the target's values. `one_to_one`: each of its values belongs to one value of the target,
   * and vice versa.
   */
  readonly relation: "same" | "one_to_one";
  /** The number of training rows, all of which agree. */
  readonly rows: number;
}

/** With fewer rows, agreement may be a coincidence. */
const LEAST_ROWS = 10;

/**
 * A relation is one to one by coincidence if hardly any value occurs twice, so values must have this many rows on
 * average.
 */
const ROWS_OF_A_VALUE = 2;

/** A column with more different values is not compared further. */
const MOST_VALUES = 10_000;

/**
 * Finds such columns for every task whose target is a column. A column is compared until a row contradicts both
 * relations.
 */
export function targetsAmongInputs({ tasks }: Pick<LoadedData, "tasks">): readonly TargetAmongInputs[] {
  return [...tasks.values()].flatMap((rows) => {
    const { task } = rows;
    const datasets = new Map<LoadedDataset, ColumnBesideTarget[]>();
    const columnsOf = (dataset: LoadedDataset): ColumnBesideTarget[] => {
      const known =
        datasets.get(dataset) ??
        task.inputs.flatMap(({ modality }) =>
          (dataset.columns.get(modality)?.field.columns ?? []).map(
            (column) => new ColumnBesideTarget(modality, column),
          ),
        );
      datasets.set(dataset, known);
      return known;
    };
    for (const row of rows.of("train")) observe(row, rows, columnsOf(row.dataset));
    return [...datasets].flatMap(([{ dataset }, columns]) =>
      columns.flatMap((column) => {
        const { relation, modality, column: name, rows: count } = column;
        return relation
          ? [{ task: task.name, dataset: dataset.name, modality, column: name, relation, rows: count }]
          : [];
      }),
    );
  });
}

/** A sentence for each finding. */
export function targetNotes(found: readonly TargetAmongInputs[]): readonly string[] {
  return found.map(({ task, modality, column, relation, rows }) => {
    const what =
      relation === "same" ? "has the values of its target" : "determines its target, with one value for each";
    return `Task ${task} reads the column ${column} as ${modality}, which ${what} in all ${rows} training rows: it is given the answer.`;
  });
}

function observe({ dataset, row }: TaskRow, { task }: TaskRows, columns: readonly ColumnBesideTarget[]): void {
  const open = columns.filter((column) => column.isOpen);
  const name = targetColumn(dataset.dataset, task);
  if (open.length === 0 || name === undefined) return;
  const target = keyOf(dataset.rows.cell(row, name));
  for (const column of open) {
    const value = keyOf(dataset.rows.cell(row, column.column));
    if (value !== "") column.observe(value, target);
  }
}

/** One column of a task's inputs, compared with the target row by row. */
class ColumnBesideTarget {
  readonly modality: string;
  readonly column: string;
  rows = 0;
  #same = true;
  /** The target of each value of the column; `undefined` once two targets contradict each other. */
  #targets: Map<string, string> | undefined = new Map();
  readonly #values = new Map<string, string>();

  constructor(modality: string, column: string) {
    this.modality = modality;
    this.column = column;
  }

  get isOpen(): boolean {
    return this.#same || this.#targets !== undefined;
  }

  get relation(): TargetAmongInputs["relation"] | undefined {
    const values = this.#values.size;
    if (this.rows < LEAST_ROWS || values < 2) return undefined;
    if (this.#same) return "same";
    return this.#targets && values * ROWS_OF_A_VALUE <= this.rows ? "one_to_one" : undefined;
  }

  observe(value: string, target: string): void {
    this.rows += 1;
    this.#same &&= value === target;
    if (this.#values.size < MOST_VALUES) {
      const known = this.#values.get(target);
      if (known === undefined) this.#values.set(target, value);
      else if (known !== value) this.#targets = undefined;
    } else this.#targets = undefined;
    const of = this.#targets?.get(value);
    if (of === undefined) this.#targets?.set(value, target);
    else if (of !== target) this.#targets = undefined;
  }
}

/**
 * A text for comparison: equal for equal numbers, however they are written, and for a list and a cell that names its
 * elements separated by `|`.
 */
function keyOf(cell: unknown): string {
  if (cell === undefined || cell === null) return "";
  if (Array.isArray(cell)) return cell.map(keyOf).join("|");
  const text = typeof cell === "string" ? cell.trim() : cellText(cell);
  const number = /^[-+\d.]/u.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number)) ? String(number) : text;
}
