import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import type { Split } from "../data.ts";
import { type ListMemory, wholeMemory } from "../lists/list-memory.ts";
import { type NumberList, numbersOf } from "../lists/number-list.ts";
import type { RowValues } from "../tables/table.ts";
import { contentOf, numberOf } from "./row-content.ts";
import { type RankedRow, rowOfRank } from "./row-of-rank.ts";

type Choice = NonNullable<ResolvedDataset["rows"]>;

/** Chooses among the rows of the training split as they are read; validation and test keep theirs. */
export class RowChoice {
  readonly #choice: Choice;
  readonly #memory: ListMemory;
  /** Of each row: what it is chosen by, or NaN where it is kept anyway. */
  readonly #numbers: NumberList;

  constructor(choice: Choice, memory: ListMemory) {
    this.#choice = choice;
    this.#memory = memory;
    this.#numbers = memory.numbers("float64");
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
    this.#numbers.set(row, Number.NaN);
  }

  /** The rows that are used, in their order: those of the least numbers, so that fewer of them are among more of them. */
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

/** False of NaN. */
function isAtOrBehind(one: RankedRow, other: RankedRow): boolean {
  return one.number > other.number || (one.number === other.number && one.row >= other.row);
}

/** The rows that are used of those that are in memory. */
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
