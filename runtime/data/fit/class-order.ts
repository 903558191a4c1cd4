import { isNumberText } from "../cells/cell-number.ts";

/** Sorts the names of counted classes: as numbers if all are numbers ("2" before "10"), else by code units. */
export function inClassOrder(names: Iterable<string>): readonly string[] {
  const sorted = [...names].sort();
  return sorted.every(isNumberText) ? sorted.sort(byNumber) : sorted;
}

/**
 * Compares two names as numbers. Names of equal numbers ("1" and "01") keep their order, and integers beyond those of a
 * double are compared by all digits.
 */
function byNumber(left: string, right: string): number {
  return Number(left) - Number(right) || Number(wholeOf(left) - wholeOf(right));
}

function wholeOf(name: string): bigint {
  return /^-?\d+$/.test(name) ? BigInt(name) : 0n;
}
