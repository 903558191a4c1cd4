import type { Fold } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { GrowingArray } from "../lists/growing-array.ts";
import { numbersOf } from "../lists/number-list.ts";
import { numberOf } from "./row-content.ts";

/**
 * Divides the rows that are not in `test` into folds of nearly equal size. Rows of one group, or with the same content,
 * are in one fold. Groups are assigned from the largest to the smallest, equal ones by hash, each to the fold with the
 * fewest rows. So folds do not depend on the order of the file.
 */
export class Folds {
  readonly #fold: Fold;
  /** A hash of each row's group or content; NaN for a row of `test`. */
  readonly #keys = new GrowingArray("float64");

  constructor(fold: Fold) {
    this.#fold = fold;
  }

  /** Adds a row by its group or content. */
  see(group: string): void {
    this.#keys.push(numberOf(`fold ${group}`));
  }

  /** Adds a row of `test`. */
  seeTest(): void {
    this.#keys.push(Number.NaN);
  }

  /**
   * The rows of the fold, which become the validation split; all others are for training. Throws `UserError`, which
   * names `dataset` and `unit`, if there are fewer groups than folds.
   */
  validated(dataset: string, unit: "groups" | "different rows"): Uint32Array {
    const { of, index } = this.#fold;
    const sizes = new Map<number, number>();
    for (const key of numbersOf(this.#keys)) if (!Number.isNaN(key)) sizes.set(key, (sizes.get(key) ?? 0) + 1);
    if (sizes.size < of)
      throw new UserError(
        "data",
        `Data set "${dataset}" has ${sizes.size} ${unit} for training and validation, too few for ${of} folds.`,
        "Choose a smaller number with --folds.",
      );
    const filled = Array.from({ length: of }, () => 0);
    const chosen = new Set<number>();
    for (const [key, size] of [...sizes].sort(([left, ofLeft], [right, ofRight]) => ofRight - ofLeft || left - right)) {
      const least = filled.indexOf(Math.min(...filled));
      filled[least] = (filled[least] ?? 0) + size;
      if (least === index - 1) chosen.add(key);
    }
    return Uint32Array.from([...numbersOf(this.#keys)].flatMap((key, row) => (chosen.has(key) ? [row] : [])));
  }
}
