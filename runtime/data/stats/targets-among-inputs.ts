import { cellText } from "../rows/row-content.ts";
import { targetColumn } from "../columns/dataset-fields.ts";
import type { LoadedData } from "../load-data.ts";
import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import type { TaskRow, TaskRows } from "../rows/task-rows.ts";

/** A column that a task reads and that tells its target: the model need not learn anything else. */
export interface TargetAmongInputs {
  readonly task: string;
  readonly dataset: string;
  readonly modality: string;
  readonly column: string;
  /** `same`: it holds the target's values. `one_to_one`: each of its values stands for one of the target, and the other way round. */
  readonly relation: "same" | "one_to_one";
  /** Training rows, of which each shows it. */
  readonly rows: number;
}

/** Fewer rows show nothing. */
const LEAST_ROWS = 10;

/** A relation is one to one by chance where hardly any value comes twice. */
const ROWS_OF_A_VALUE = 2;

/** More values than this are no names of anything. */
const MOST_VALUES = 10_000;

/** For every task whose target is a column. A column is looked at until a row shows that it is another. */
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

/** A sentence each. */
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
  /** Nothing once it is refuted. */
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

/** Numbers by what they are worth, however they are written; lists as cells that name several do. */
function keyOf(cell: unknown): string {
  if (cell === undefined || cell === null) return "";
  if (Array.isArray(cell)) return cell.map(keyOf).join("|");
  const text = typeof cell === "string" ? cell.trim() : cellText(cell);
  const number = /^[-+\d.]/u.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number)) ? String(number) : text;
}
