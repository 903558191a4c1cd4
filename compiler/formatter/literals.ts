import type { NumberExpression } from "../../grammar/ast.ts";

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\t", "\\t"],
]);

export function printString(value: string): string {
  return `"${value.replaceAll(/["\\\n\t]/g, (character) => escapes.get(character) ?? character)}"`;
}

/** Prints `1e-4`, `0.02` or `10%`, as it is written if that is known. */
export function printNumber({ value, unit = "" }: NumberExpression, written: string | undefined): string {
  if (written !== undefined && Number.parseFloat(written) === value && written.endsWith(unit)) return written;
  const digits = value !== 0 && Math.abs(value) < 1e-2 ? value.toExponential() : String(value);
  return `${digits.length < String(value).length ? digits : String(value)}${unit}`;
}
