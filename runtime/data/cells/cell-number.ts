import { keepsDigits } from "./exact-json.ts";
import { missingHint } from "./missing-hint.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/** As JSON writes numbers, and with a plus sign or a bare point besides. */
const written = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const wholeNumber = /^-?\d+$/;

/** Whether text is a number: a decimal one, blanks around it aside. `0x1F`, `1_000`, `Infinity` and `12 kg` are none. */
export function isNumberText(text: string): boolean {
  return written.test(text.trim());
}

/**
 * The number of a cell, of whatever format its file is: a number, the text of one, or a truth value, which is 1 or 0. Throws `UnreadableValue` for
 * everything else, for what float32 does not hold, because all numbers end in a graph, and for whole numbers that no double holds.
 * `where` says in a message which part of the cell it is.
 */
export function cellNumber(value: unknown, where = ""): number {
  const number =
    typeof value === "string" || typeof value === "bigint"
      ? numberOfText(String(value), where)
      : typeof value === "boolean"
        ? Number(value)
        : value;
  if (typeof number !== "number" || !Number.isFinite(number))
    throw new UnreadableValue(`${where}${shown(value)} is not a finite number${missingHint(value)}`);
  if (!Number.isFinite(Math.fround(number)))
    throw new UnreadableValue(`${where}${shown(value)} is not a finite number in float32, which ends at 3.4e38`);
  return number;
}

function numberOfText(text: string, where: string): number {
  if (!isNumberText(text)) return Number.NaN;
  const number = Number(text);
  const digits = text.trim().replace("+", "");
  if (
    !Number.isSafeInteger(number) &&
    Number.isFinite(number) &&
    wholeNumber.test(digits) &&
    BigInt(digits) !== BigInt(number) &&
    !keepsDigits(digits)
  ) {
    throw new UnreadableValue(
      `${where}${shown(text)} is an integer with more digits than a number can hold: it would be read as ${BigInt(number)}`,
    );
  }
  return number;
}

function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "bigint" ? String(value) : JSON.stringify(value);
}
