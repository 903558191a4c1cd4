import { isNumberText } from "../cells/cell-number.ts";

/** Names of counted classes as people order them: as numbers where all are numbers ("2" before "10"), else by code units. */
export function inClassOrder(names: Iterable<string>): readonly string[] {
  const sorted = [...names].sort();
  return sorted.every(isNumberText) ? sorted.sort(byNumber) : sorted;
}

/** Names that are one number ("1" and "01", or whole numbers that no double tells apart) stay as they are, or go by all of their digits. */
function byNumber(left: string, right: string): number {
  return Number(left) - Number(right) || Number(wholeOf(left) - wholeOf(right));
}

function wholeOf(name: string): bigint {
  return /^-?\d+$/.test(name) ? BigInt(name) : 0n;
}
