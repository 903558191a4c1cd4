import type { NumberList } from "../lists/number-list.ts";

/** A number of a list, and its index there. */
export interface RankedRow {
  readonly number: number;
  readonly row: number;
}

/** Numbers in [0, 1) of 48 bits are looked at 16 bits at a time. */
const digit = 2 ** 16;
const digits = 3;

/**
 * The number that comes at a rank, from 0, where numbers go by size and equal ones by their index; NaN is none of them. Numbers are those of `numberOf`. The
 * list is read a few times in its order, and nothing as long as it is made: a radix selection from the highest digit.
 */
export function rowOfRank(numbers: NumberList, rank: number): RankedRow {
  let before = rank;
  /** The digits that are known of the number, as a whole number. */
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
