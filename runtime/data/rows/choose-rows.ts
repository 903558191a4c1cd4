import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import type { Split } from "../data.ts";
import { GrowingArray } from "./growing-array.ts";
import { contentOf, numberOf } from "./row-content.ts";
import type { RowValues } from "../tables/table.ts";

type Choice = NonNullable<ResolvedDataset["rows"]>;

/** Chooses among the rows of the training split as they are read; validation and test keep theirs. */
export class RowChoice {
  readonly #choice: Choice;
  /** Of each row: what it is chosen by, or NaN where it is kept anyway. */
  readonly #numbers = new GrowingArray((length) => new Float64Array(length));

  constructor(choice: Choice) {
    this.#choice = choice;
  }

  /** The next row is of the training split. */
  seeTraining(content: string): void {
    this.#numbers.push(numberOf(`sample ${this.#choice.draw} ${content}`));
  }

  /** The next row is of another one. */
  seeOther(): void {
    this.#numbers.push(Number.NaN);
  }

  /** A row that was seen is not of the training split after all. */
  keepAnyway(row: number): void {
    this.#numbers.view()[row] = Number.NaN;
  }

  /** The rows that are used, in their order: those of the least numbers, so that fewer of them are among more of them. */
  chosen(): Uint32Array {
    const numbers = this.#numbers.view();
    const training = indices(numbers, (number) => !Number.isNaN(number)).sort(
      (left, right) => (numbers[left] ?? 0) - (numbers[right] ?? 0) || left - right,
    );
    const { unit, value } = this.#choice.size;
    const count = unit === "rows" ? value : Math.max(Math.round(value * training.length), 1);
    const left = new Set(training.subarray(count));
    return indices(numbers, (_, row) => !left.has(row));
  }
}

/** The rows that are used of those that are in memory. */
export function chooseRows<Row extends { readonly values: RowValues; readonly split: Split }>(
  rows: readonly Row[],
  { rows: choice }: Pick<ResolvedDataset, "rows">,
): readonly Row[] {
  if (choice === undefined) return rows;
  const choosing = new RowChoice(choice);
  for (const { values, split } of rows) {
    if (split === "train") choosing.seeTraining(contentOf(values));
    else choosing.seeOther();
  }
  return Array.from(choosing.chosen(), (row) => rows[row]).filter((row) => row !== undefined);
}

function indices(numbers: Float64Array, is: (number: number, index: number) => boolean): Uint32Array {
  const found = new GrowingArray((length) => new Uint32Array(length));
  for (const [index, number] of numbers.entries()) if (is(number, index)) found.push(index);
  return found.view();
}
