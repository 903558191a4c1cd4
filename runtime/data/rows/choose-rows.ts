import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import type { Split } from "../data.ts";
import { type ListMemory, wholeMemory } from "../lists/list-memory.ts";
import { type NumberList, numbersOf } from "../lists/number-list.ts";
import type { RowValues } from "../tables/table.ts";
import { contentOf, numberOf } from "./row-content.ts";
import { type RankedRow, rowOfRank } from "./row-of-rank.ts";

type Choice = NonNullable<ResolvedDataset["rows"]>;

/** Samples rows of the training split as they are read. All rows of validation and test are kept. */
export class RowChoice {
  readonly #choice: Choice;
  readonly #memory: ListMemory;
  /** The random number of each training row, by which it is sampled; NaN for a row that is kept in any case. */
  readonly #numbers: NumberList;

  constructor(choice: Choice, memory: ListMemory) {
    this.#choice = choice;
    this.#memory = memory;
    this.#numbers = memory.numbers("float64");
  }

  /** Adds a row of the training split. */
  seeTraining(content: string): void {
    this.#numbers.push(numberOf(`sample ${this.#choice.draw} ${content}`));
  }

  /** Adds a row of another split. */
  seeOther(): void {
    this.#numbers.push(Number.NaN);
  }

  /** Marks an added row as not of the training split after all. */
  keepAnyway(row: number): void {
    this.#numbers.set(row, Number.NaN);
  }

  /**
   * The rows that are used, in order: those with the smallest numbers, so that a smaller sample is a subset of a larger
   * one.
   */
  chosen(): NumberList {
    let training = 0;
    for (const number of numbersOf(this.#numbers)) if (!Number.isNaN(number)) training += 1;
    const { unit, value } = this.#choice.size;
    const count = unit === "rows" ? value : Math.max(Math.round(value * training), 1);
    const end = count < training ? rowOfRank(this.#numbers, count) : undefined;
    const chosen = this.#memory.numbers("uint32");
    for (let row = 0; row < this.#numbers.length; row++)
      if (end === undefined || !isAtOrBehind({ number: this.#numbers.at(row), row }, end)) chosen.push(row);
    return chosen;
  }
}

/** Tells if one row comes at or after another in the order of sampling; false for NaN. */
function isAtOrBehind(one: RankedRow, other: RankedRow): boolean {
  return one.number > other.number || (one.number === other.number && one.row >= other.row);
}

/** Samples rows that are in memory. */
export function chooseRows<Row extends { readonly values: RowValues; readonly split: Split }>(
  rows: readonly Row[],
  { rows: choice }: Pick<ResolvedDataset, "rows">,
): readonly Row[] {
  if (choice === undefined) return rows;
  const choosing = new RowChoice(choice, wholeMemory);
  for (const { values, split } of rows) {
    if (split === "train") choosing.seeTraining(contentOf(values));
    else choosing.seeOther();
  }
  return [...numbersOf(choosing.chosen())].map((row) => rows[row]).filter((row) => row !== undefined);
}
