import { keepsDigits } from "./exact-json.ts";
import { missingHint } from "./missing-hint.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/** Numbers as JSON writes them; a plus sign and a number without digits before or after the point are also accepted. */
const written = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const wholeNumber = /^-?\d+$/;

/**
 * Tells if a text is a decimal number, with or without surrounding white space. `0x1F`, `1_000`, `Infinity` and `12 kg`
 * are not.
 */
export function isNumberText(text: string): boolean {
  return written.test(text.trim());
}

/**
 * The number in a cell of any file format: a number, its text, or a boolean, which is 1 or 0. Throws `UnreadableValue`
 * for anything else, for numbers beyond the range of float32, since all numbers end in a graph, and for integers that a
 * double cannot represent. `where` begins the message, to say which part of the cell is meant.
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
