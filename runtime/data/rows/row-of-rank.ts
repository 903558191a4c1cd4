import type { NumberList } from "../lists/number-list.ts";

/** A number of a list, and its index there. */
export interface RankedRow {
  readonly number: number;
  readonly row: number;
}

/** The 48 bits of a number in [0, 1) are compared 16 at a time. */
const digit = 2 ** 16;
const digits = 3;

/**
 * The number at a rank, counted from 0, in ascending order; equal numbers are ordered by index, and NaN is left out.
 * Numbers must be results of `numberOf`. A radix selection from the highest digit: it reads the list a few times in
 * order, and allocates nothing of its length.
 */
export function rowOfRank(numbers: NumberList, rank: number): RankedRow {
  let before = rank;
  /** The digits of the number that are known so far, as an integer. */
  let prefix = 0;
  for (let known = 0; known < digits; known++) {
    const scale = digit ** (known + 1);
    const counts = new Uint32Array(digit);
    for (let index = 0; index < numbers.length; index++) {
      const whole = Math.floor(numbers.at(index) * scale);
      if (Math.floor(whole / digit) === prefix) counts[whole % digit] = (counts[whole % digit] ?? 0) + 1;
    }
    let next = 0;
    while (before >= (counts[next] ?? Infinity)) before -= counts[next++] ?? 0;
    prefix = prefix * digit + next;
  }
  const number = prefix / digit ** digits;
  for (let row = 0; row < numbers.length; row++) {
    if (numbers.at(row) !== number) continue;
    if (before === 0) return { number, row };
    before -= 1;
  }
  throw new Error(`there is no number of rank ${rank}`);
}
